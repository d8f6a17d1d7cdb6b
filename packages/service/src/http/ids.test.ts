import { expect, test } from 'vitest'
import { bodyId, pathId } from './ids.ts'

test.each(['1', '42', '9007199254740991'])('a path may hold the id %s', (text) => {
  expect(pathId.parse(text)).toBe(Number(text))
})

test.each(['0', '-1', '01', '1.0', '1e3', ' 1', '0x1', 'abc', '', '9007199254740992', '10000000000000000'])(
  'a path may not hold %j as an id',
  (text) => {
    expect(pathId.safeParse(text).success).toBe(false)
  },
)

test('an id in a body is a number from 1 to 2^53-1', () => {
  for (const id of [1, Number.MAX_SAFE_INTEGER]) expect(bodyId.parse(id)).toBe(id)
  for (const id of [0, -1, 1.5, 2 ** 53, '1', null]) expect(bodyId.safeParse(id).success).toBe(false)
})
