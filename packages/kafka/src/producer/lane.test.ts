import { expect, test } from 'vitest'
import { createLane } from './lane.ts'
import type { Pending } from './record.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))
const limits = { lingerMs: 10, batchBytes: 1000, requestBytes: 3000 }

function record(bytes: number, partition = 0): Pending {
  const one: Pending = {
    topic: 't',
    partition,
    key: null,
    value: null,
    headers: {},
    timestamp: '0',
    bytes,
    deadline: Number.POSITIVE_INFINITY,
    settled: false,
    settle: () => {
      one.settled = true
    },
  }
  return one
}

/** A lane whose requests stay open until the test answers them. */
function openLane() {
  const requests: { batch: Pending[]; answer: () => void }[] = []
  const lane = createLane(limits, (batch) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const answer = () => {
      for (const one of batch) one.settle(undefined)
      resolve()
    }
    requests.push({ batch, answer })
    return promise
  })
  return { lane, requests }
}

test('a lone record leaves in the same turn of the event loop', async () => {
  const { lane, requests } = openLane()
  lane.add(record(100))
  await turn()
  expect(requests).toHaveLength(1)
})

test('while records keep coming they gather, at most for the linger bound', async () => {
  const { lane, requests } = openLane()
  const started = performance.now()
  lane.add(record(0))
  let added = 1
  while (requests.length === 0) {
    lane.add(record(0))
    added++
    await turn()
  }
  expect(performance.now() - started).toBeGreaterThanOrEqual(limits.lingerMs)
  expect(requests[0]!.batch.length).toBeGreaterThan(added / 2)
})

test('a full partition leaves although records keep coming', async () => {
  const { lane, requests } = openLane()
  lane.add(record(600))
  lane.add(record(600))
  lane.add(record(1, 1))
  await turn()
  expect(requests[0]!.batch).toHaveLength(3)
})

test('one request at a time: what comes meanwhile fills the next, in order and up to its size', async () => {
  const { lane, requests } = openLane()
  lane.add(record(1))
  await turn()
  const next = [record(2000), record(900), record(200), record(100, 1)]
  for (const one of next) lane.add(one)
  await turn()
  expect(requests).toHaveLength(1)

  requests[0]!.answer()
  await turn()
  await turn()
  expect(requests[1]!.batch).toEqual([next[0], next[1], next[3]])

  requests[1]!.answer()
  await turn()
  await turn()
  expect(requests[2]!.batch).toEqual([next[2]])
})

test('a record larger than a request still leaves, on its own', async () => {
  const { lane, requests } = openLane()
  const large = record(5000)
  lane.add(large)
  lane.add(record(1))
  await turn()
  expect(requests[0]!.batch).toEqual([large])
})

test('what was failed to its caller while it waited is not sent', async () => {
  const { lane, requests } = openLane()
  lane.add(record(1))
  await turn()
  const expired = record(1)
  const alive = record(1)
  lane.add(expired)
  lane.add(alive)
  expired.settle(undefined)
  expect([...lane.unsettled()]).toHaveLength(2)
  requests[0]!.answer()
  await turn()
  await turn()
  expect(requests[1]!.batch).toEqual([alive])
})

test('a lane is idle once all is answered', async () => {
  const { lane, requests } = openLane()
  await lane.idle()
  lane.add(record(1))
  let idle = false
  const waiting = lane.idle().then(() => {
    idle = true
  })
  await turn()
  expect(idle).toBe(false)
  requests[0]!.answer()
  await waiting
})
