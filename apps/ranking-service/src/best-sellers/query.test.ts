import { describe, expect, it } from 'vitest'
import { bestSellersQuery } from './query.ts'

const refused = (query: Record<string, string>) => {
  const result = bestSellersQuery.safeParse(query)
  return result.error?.issues.map((issue) => issue.path[0] ?? issue.code)
}

describe('asking for best sellers', () => {
  it('means the ten best of today when nothing is said', () => {
    expect(bestSellersQuery.parse({})).toEqual({ period: 'daily', limit: 10 })
  })

  it('takes any day that exists', () => {
    expect(bestSellersQuery.parse({ date: '2024-02-29' }).date?.toString()).toBe('2024-02-29')
  })

  it.each([
    '2025-02-29',
    '2025-13-01',
    '2025-1-1',
    '20250101',
    'today',
    '',
    '2025-01-01T00:00:00Z',
    '9999-12-31',
    '0000-01-01',
  ])('refuses the date %j and names the field', (date) => expect(refused({ date })).toEqual(['date']))

  it.each(['0', '101', '-1', '1.5', '1e2', 'ten', ''])('refuses the limit %j and names the field', (limit) =>
    expect(refused({ limit })).toEqual(['limit']),
  )

  it('refuses an unknown period and an unknown field', () => {
    expect(refused({ period: 'yearly' })).toEqual(['period'])
    expect(refused({ days: '3' })).toEqual(['unrecognized_keys'])
  })
})
