import { expect, test } from 'vitest'
import type { Policy } from '../model/policy-store.ts'
import { type PageOptions, pageOf } from './page.ts'

/** Policies 1, 2, 3, … of ten coupons each; the odd ones are sold out. */
const policies = (count: number): Policy[] =>
  Array.from({ length: count }, (_, index) => ({
    couponPolicyId: index + 1,
    name: 'A coupon',
    totalQuantity: 10,
    opensAt: null,
    closesAt: null,
    ordering: 'STRICT',
    createdAt: 1,
    changedAt: 1,
  }))

function page(count: number, options: Partial<PageOptions>) {
  const list = policies(count)
  const issued = list.map(({ couponPolicyId }) => (couponPolicyId % 2 === 1 ? 10 : 4))
  const { items, next } = pageOf(list, issued, { status: undefined, limit: 3, most: 3, now: 1_000, ...options })
  return { ids: items.map(({ couponPolicyId }) => couponPolicyId), next }
}

test('a page ends where the next begins, and the last one says so', () => {
  expect(page(4, {})).toEqual({ ids: [1, 2, 3], next: 3 })
  expect(page(3, {})).toEqual({ ids: [1, 2, 3], next: null })
  expect(page(0, {})).toEqual({ ids: [], next: null })
})

test('of a status only those that have it, each with its own numbers', () => {
  expect(page(8, { status: 'OPEN', most: 10 })).toEqual({ ids: [2, 4, 6], next: 6 })
  expect(page(7, { status: 'OPEN', most: 10 })).toEqual({ ids: [2, 4, 6], next: null })
  expect(page(7, { status: 'SOLD_OUT', most: 10 })).toEqual({ ids: [1, 3, 5], next: 5 })
  expect(page(7, { status: 'CLOSED', most: 10 })).toEqual({ ids: [], next: null })
})

test('who asks for what is rare is sent on from where the search stopped', () => {
  expect(page(6, { status: 'CLOSED', most: 5 })).toEqual({ ids: [], next: 5 })
  expect(page(6, { status: 'OPEN', most: 5 })).toEqual({ ids: [2, 4], next: 5 })
  expect(page(6, { status: 'OPEN', most: 5, limit: 1 })).toEqual({ ids: [2], next: 2 })
})
