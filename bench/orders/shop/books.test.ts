import { expect, test } from 'vitest'
import { unitsOf } from './baskets.ts'
import { compareBooks } from './books.ts'

test('books that differ void a measurement, which says where', () => {
  expect(() => compareBooks({ paid: 3, stored: 3 }, { paid: 3, stored: 3 })).not.toThrow()
  expect(() => compareBooks({ paid: 3, stored: 4 }, { paid: 3, stored: 3, confirmed: 3 })).toThrow(
    'this is void: stored: 4 instead of 3; confirmed: 0 instead of 3',
  )
})

test('every order is for two products, one unit of one and two of the other', () => {
  const hundred = unitsOf(Array.from({ length: 100 }, (_, n) => n))
  expect([...hundred.keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect([...hundred.values()].reduce((sum, units) => sum + units, 0)).toBe(300)
  for (let n = 0; n < 100; n++) expect([...unitsOf([n]).values()].sort()).toEqual([1, 2])
})
