import { expect, test } from 'vitest'
import { checkTold } from './check.ts'
import type { Coupon } from './coupon.ts'
import { kafkajsRecord } from './drainers/plain.ts'

const told = (completed: number, failed: number) => ({ completed, failed, moments: new Map(), first: 0, last: 0 })
const coupon: Coupon = { stock: 5, requests: 10, partition: 'behind' }
const check = (completed: number, failed: number, warmUp = told(1, 1)) =>
  checkTold(kafkajsRecord(2), [warmUp, told(completed, failed)], 12, [told(completed, failed)], [coupon])

test('a measurement is void unless every request was told one outcome, and as many a coupon as there were', () => {
  expect(() => check(5, 5)).not.toThrow()
  expect(() => check(5, 4)).toThrow('12 requests, 11 outcomes')
  expect(() => check(5, 6, told(1, 0))).toThrow('10 requests, 11 outcomes')
  expect(() => check(6, 4)).toThrow('6 told of a coupon, not 5')
})
