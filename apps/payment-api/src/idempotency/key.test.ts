import { describe, expect, it } from 'vitest'
import { fingerprintOf, parseKey } from './key.ts'

const malformed = expect.objectContaining({ status: 400, code: 'IDEMPOTENCY_KEY_MALFORMED' })

describe('the Idempotency-Key header', () => {
  it('is read as the service kit reads it', () => {
    expect(parseKey(['a'])).toBe('a')
    expect(parseKey(['"two words"'])).toBe('two words')
    expect(() => parseKey(['two words'])).toThrow(malformed)
    expect(() => parseKey([''])).toThrow(malformed)
  })

  it('may be left out', () => {
    expect(parseKey(undefined)).toBeUndefined()
  })

  it('may not be sent twice, not even with one value, and not in halves', () => {
    expect(() => parseKey(['a', 'a'])).toThrow(malformed)
    expect(() => parseKey(['"a', 'b"'])).toThrow(malformed)
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
