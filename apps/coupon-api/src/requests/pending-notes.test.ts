import { waitFor } from '@firstcome/testing'
import { expect, test, vi } from 'vitest'
import type { AcceptedRequest } from '../model/remember.ts'
import { createPendingNotes } from './pending-notes.ts'

const note = (requestId: string): AcceptedRequest => ({
  requestId,
  state: { status: 'PENDING', userId: 1, couponPolicyId: 1, partition: 0, offset: 1 },
})

/** A read model that is away for the first `times` tries. */
function away(times: number) {
  const written: string[] = []
  const remember = vi.fn(async ({ requestId }: AcceptedRequest) => {
    if (times-- > 0) throw new Error('away')
    written.push(requestId)
    return { offset: 1, decidedOffset: -1 }
  })
  return { remember, written }
}

test('a note that cannot be written does not fail its request, and is written when the read model is back', async () => {
  const { remember, written } = away(4)
  const write = createPendingNotes({ remember, retryMs: 1 })
  await write(note('a'))
  await write(note('b'))
  await waitFor('both notes', () => written.length >= 2)
  expect(written).toEqual(['a', 'b'])
  // Two failed, two tries found it still away with one note each, two were written.
  expect(remember).toHaveBeenCalledTimes(6)
})

test('no more are kept than the bound allows', async () => {
  const { remember, written } = away(2)
  const write = createPendingNotes({ remember, retryMs: 1, most: 1 })
  await write(note('a'))
  await write(note('b'))
  await waitFor('the note that was kept', () => written.length > 0)
  expect(written).toEqual(['a'])
  await write(note('c'))
  expect(written).toEqual(['a', 'c'])
})
