import { expect, test, vi } from 'vitest'
import type { AcceptedRequest } from '../model/remember.ts'
import { createPendingNotes } from './pending-notes.ts'

const note = (requestId: string): AcceptedRequest => ({
  requestId,
  state: { status: 'PENDING', userId: 1, couponPolicyId: 1, partition: 0, offset: 1 },
})

test('a note that cannot be written does not fail its request, and is written when the read model is back', async () => {
  const remember = vi.fn(async () => {})
  remember.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('still away'))
  const notes = createPendingNotes(remember)
  await notes.write(note('a'))
  await notes.catchUp()
  await notes.catchUp()
  await notes.catchUp()
  expect(remember.mock.calls).toEqual([[note('a')], [note('a')], [note('a')]])
})

test('no more are kept than the bound allows', async () => {
  const remember = vi.fn(async () => {})
  remember.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'))
  const notes = createPendingNotes(remember, 1)
  await notes.write(note('a'))
  await notes.write(note('b'))
  await notes.catchUp()
  expect(remember.mock.calls.at(-1)).toEqual([note('a')])
  expect(remember).toHaveBeenCalledTimes(3)
})
