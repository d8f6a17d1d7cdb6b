import { validate, version } from 'uuid'
import { expect, test } from 'vitest'
import { couponIds } from './coupon-id.ts'

test('ids are UUIDs of version 7, of now, and none is made twice', () => {
  const next = couponIds()
  const before = Date.now()
  const ids = Array.from({ length: 5_000 }, next)

  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) {
    expect(validate(id) && version(id)).toBe(7)
    const madeAt = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
    expect(madeAt).toBeGreaterThanOrEqual(before)
    expect(madeAt).toBeLessThanOrEqual(Date.now())
  }
})
