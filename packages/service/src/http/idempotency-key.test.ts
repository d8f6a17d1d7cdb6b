import { describe, expect, it } from 'vitest'
import { idempotencyKey, readIdempotencyKey } from './idempotency-key.ts'

describe('the Idempotency-Key header', () => {
  it.each(['a', 'x'.repeat(255), '8e03978e-40d5-43e8-bc93-6894a57f9324', 'a+b/c==', "it's;so"])('may be %j', (key) => {
    expect(readIdempotencyKey(key)).toBe(key)
    expect(idempotencyKey.parse(key)).toBe(key)
  })

  it.each([
    ['"abc"', 'abc'],
    ['"two words, or more"', 'two words, or more'],
    [String.raw`"a \"quote\" and a \\"`, String.raw`a "quote" and a \ `.trimEnd()],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('may be a string in quotes, which are not part of the key: %j', (header, key) => {
    expect(readIdempotencyKey(header)).toBe(key)
    expect(idempotencyKey.parse(header)).toBe(key)
  })

  it.each(['', 'x'.repeat(256), 'x'.repeat(300), 'two words', 'tab\t', 'ключ', 'one, two', 'one,two', 'half"quoted'])(
    'may not be %j',
    (key) => {
      expect(readIdempotencyKey(key)).toBeUndefined()
      expect(idempotencyKey.safeParse(key).success).toBe(false)
    },
  )

  it.each(['""', '"open', '"', `"${'x'.repeat(256)}"`, '"a", "b"', '"a";b=1', String.raw`"\a"`, '"tab\t"'])(
    'may not be the string %s',
    (header) => {
      expect(readIdempotencyKey(header)).toBeUndefined()
    },
  )

  it('may be left out', () => {
    expect(idempotencyKey.parse(undefined)).toBeUndefined()
  })
})
