import { expect, test } from 'vitest'
import { markOf, packBatch, reasonOf, unpackOutcome } from './letters.ts'
import type { Answer } from './snapshot.ts'

const requestId = (n: number) => `0197b5f0-0000-7000-8000-00000000000${n}`

function answer(offset: number, outcome: Answer['outcome']): Answer {
  const request = { requestId: requestId(offset), couponPolicyId: 1, userId: 1, requestedAt: 0, partition: 0, offset }
  return { request, outcome, decidedAt: 10 }
}

const soldOut = answer(5, { kind: 'rejected', reason: 'COUPON_SOLD_OUT' })
const failed = answer(7, { kind: 'failed' })

test('a batch is packed by offset, holes included, and unpacked again', () => {
  const batch = packBatch([soldOut, failed], 10)
  expect(batch).toMatchObject({ firstOffset: 5, outcomes: 'S.F', decidedAt: 10 })
  expect(unpackOutcome([batch], 5)).toEqual({ letter: 'S', mark: markOf(soldOut.request), decidedAt: 10 })
  expect(unpackOutcome([batch], 7)).toEqual({ letter: 'F', mark: markOf(failed.request), decidedAt: 10 })
  for (const nothing of [4, 6, 8]) expect(unpackOutcome([batch], nothing)).toBeUndefined()
})

test('a decision counts more than having been given up, whichever is found first', () => {
  const givenUp = packBatch([failed], 10)
  const decided = packBatch([soldOut, answer(7, { kind: 'rejected', reason: 'COUPON_CLOSED' })], 20)
  expect(unpackOutcome([givenUp, decided], 7)).toMatchObject({ letter: 'C', decidedAt: 20 })
  expect(unpackOutcome([decided, givenUp], 7)).toMatchObject({ letter: 'C', decidedAt: 20 })
})

test('marks differ where requests differ, the first bit included', () => {
  const marks = ['00000001', '80000001', 'ffffffff'].map((end) =>
    markOf({ requestId: `0197b5f0-0000-7000-8000-0000${end}` }),
  )
  expect(marks).toEqual([0x00000001, 0x80000001, 0xffffffff])
})

test('a letter that means nothing is an error', () => {
  expect(() => reasonOf('X')).toThrow(/does not exist: "X"/)
})
