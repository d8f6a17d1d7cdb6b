import { describe, expect, it } from 'vitest'
import { fingerprintOf, parseKey } from './key.ts'

describe('the Idempotency-Key header', () => {
  it.each(['a', '"quoted"', 'x'.repeat(255), '8e03978e-40d5-43e8-bc93-6894a57f9324'])('may be %j', (key) => {
    expect(parseKey(key)).toBe(key)
  })

  it('may be left out', () => {
    expect(parseKey(undefined)).toBeUndefined()
  })

  it.each(['', 'x'.repeat(256), 'two words', 'tab\t', 'ключ', 'one, two'])('may not be %j', (key) => {
    expect(() => parseKey(key)).toThrow(expect.objectContaining({ status: 400, code: 'IDEMPOTENCY_KEY_MALFORMED' }))
  })
})

describe('the fingerprint of a request', () => {
  it('does not depend on the order of fields', () => {
    expect(fingerprintOf({ orderId: '1', method: 'card' })).toEqual(fingerprintOf({ method: 'card', orderId: '1' }))
  })

  it('depends on every value', () => {
    expect(fingerprintOf({ orderId: '1', method: 'card' })).not.toEqual(fingerprintOf({ orderId: '2', method: 'card' }))
    expect(fingerprintOf({ orderId: '1' })).not.toEqual(fingerprintOf({ orderId: 1 }))
  })
})
