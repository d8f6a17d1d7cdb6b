import { v4, v5, v7 } from 'uuid'
import { expect, test } from 'vitest'
import { createIds } from './ids.ts'

test('ids are numbered as they come, found again among many, and given back as they were', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => (i % 2 ? v7() : v5(`${i}`, v4())))
  const ids = createIds()
  expect(many.map((id) => ids.add(id))).toEqual(many.map((_, i) => i))
  expect(many.map((id) => ids.add(id))).toEqual(many.map((_, i) => i))
  expect(many.map((id) => ids.find(id))).toEqual(many.map((_, i) => i))
  expect(many.map((_, i) => ids.nameOf(i))).toEqual(many)
  expect(ids.find(v4())).toBe(-1)
  expect(ids.size).toBe(20_000)
})

test('what is no UUID is an id like any other', () => {
  const ids = createIds()
  const odd = ['', 'not a UUID', 'NOT A UUID', '01A1FD6E-1FC4-76D4-B336-F96B7BB5B853']
  expect(odd.map((id) => ids.add(id))).toEqual([0, 1, 2, 3])
  expect(odd.map((id) => ids.find(id))).toEqual([0, 1, 2, 3])
  expect(odd.map((_, i) => ids.nameOf(i))).toEqual(odd)
})

test('an id of one list is found in another', () => {
  const [one, other] = [createIds(), createIds()]
  const [first, second, odd] = [v7(), v7(), 'odd']
  for (const id of [first, second, odd]) one.add(id)
  for (const id of [odd, second]) other.add(id)
  expect([0, 1, 2].map((number) => other.findAs(one, number))).toEqual([-1, 1, 0])
})
