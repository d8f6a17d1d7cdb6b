import { describe, expect, it } from 'vitest'
import { fingerprintOf, parseKey } from './key.ts'

const malformed = expect.objectContaining({ status: 400, code: 'IDEMPOTENCY_KEY_MALFORMED' })

describe('the Idempotency-Key header', () => {
  it.each(['a', 'x'.repeat(255), '8e03978e-40d5-43e8-bc93-6894a57f9324', 'a+b/c==', "it's;so"])('may be %j', (key) => {
    expect(parseKey([key])).toBe(key)
  })

  it.each([
    ['"abc"', 'abc'],
    ['"two words, or more"', 'two words, or more'],
    [String.raw`"a \"quote\" and a \\"`, String.raw`a "quote" and a \ `.trimEnd()],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('may be a string in quotes, which are not part of the key: %j', (header, key) => {
    expect(parseKey([header])).toBe(key)
  })

  it('may be left out', () => {
    expect(parseKey(undefined)).toBeUndefined()
  })

  it.each(['', 'x'.repeat(256), 'x'.repeat(300), 'two words', 'tab\t', 'ключ', 'one, two', 'one,two', 'half"quoted'])(
    'may not be %j',
    (key) => {
      expect(() => parseKey([key])).toThrow(malformed)
    },
  )

  it.each(['""', '"open', '"', `"${'x'.repeat(256)}"`, '"a", "b"', '"a";b=1', String.raw`"\a"`, '"tab\t"'])(
    'may not be the string %s',
    (header) => {
      expect(() => parseKey([header])).toThrow(malformed)
    },
  )

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
