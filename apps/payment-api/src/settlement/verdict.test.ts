import { describe, expect, it } from 'vitest'
import { verdictOf } from './verdict.ts'

describe('a payment whose outcome was not known', () => {
  it('becomes what the provider says, however old it is', () => {
    for (const age of [0, 59_999, 60_000]) {
      expect(verdictOf('TAKEN', age, 60_000)).toBe('COMPLETED')
      expect(verdictOf('DECLINED', age, 60_000)).toBe('DECLINED')
    }
  })

  it('waits for a charge that has not arrived, and gives it up in the end', () => {
    expect(verdictOf('ABSENT', 59_999, 60_000)).toBe('WAIT')
    expect(verdictOf('ABSENT', 60_000, 60_000)).toBe('DECLINED')
  })
})
