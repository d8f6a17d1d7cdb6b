import { waitFor } from '@firstcome/testing'
import { expect, test, vi } from 'vitest'
import { heardAll } from './heard-all.ts'

function build(patienceMs = 120) {
  const committed = new Map<number, number>()
  const kafka = {
    topicOffsets: vi.fn(async () => [
      { partition: 0, low: 0, high: 0 },
      { partition: 1, low: 2, high: 5 },
    ]),
    committed: vi.fn(async () => committed),
  }
  return { kafka, committed, heard: heardAll({ kafka, group: 'g', topic: 't', patienceMs }) }
}

test('a group that never committed has not heard what is there, and one that stands at the end has', async () => {
  const { heard, committed } = build()
  expect(await heard()).toBe(false)
  committed.set(1, 4)
  expect(await heard()).toBe(false)
  committed.set(1, 5)
  expect(await heard()).toBe(true)
})

test('a group that is about to commit is waited for', async () => {
  const { heard, kafka, committed } = build(60_000)
  const asked = heard()
  await waitFor('it to be asked again', () => kafka.committed.mock.calls.length > 1)
  committed.set(1, 5)
  expect(await asked).toBe(true)
})

test('a thousand questions are two to Kafka, and none is answered by what was found before it was asked', async () => {
  const { heard, kafka, committed } = build()
  committed.set(1, 5)
  const first = heard()
  await waitFor('the first look', () => kafka.topicOffsets.mock.calls.length > 0)
  const others = Array.from({ length: 1_000 }, heard)
  expect(new Set(await Promise.all([first, ...others]))).toEqual(new Set([true]))
  expect(kafka.topicOffsets).toHaveBeenCalledTimes(2)
})

test('when Kafka cannot be asked that is no answer, and the next question is asked afresh', async () => {
  const { heard, kafka, committed } = build()
  committed.set(1, 5)
  kafka.topicOffsets.mockRejectedValueOnce(new Error('away'))
  await expect(heard()).rejects.toThrow('away')
  expect(await heard()).toBe(true)
})
