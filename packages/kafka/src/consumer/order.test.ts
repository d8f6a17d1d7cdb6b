import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import type { Message } from '../envelope.ts'
import { group, request, testbed, testHost, topic } from '../testbed.ts'

const committed = async (bed: Awaited<ReturnType<typeof testbed>>) => {
  const [entry] = await bed.admin.fetchOffsets({ groupId: bed.prefix + group, topics: [bed.prefix + topic] })
  return entry!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
}

test('a handler is given each message with its envelope, its trace and its place', async () => {
  const bed = await testbed()
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const seen: { message: Message<unknown>; trace: unknown }[] = []
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const place = await kafka.send(requested, request(5, 50), { id: 'event-1', time: 1_700_000_000_000, traceparent })

  await bed.use(
    kafka.consumer(group).on(requested, async (_, { message }) => {
      seen.push({ message, trace: host.tracing.current() })
    }),
  )

  const { message, trace } = await waitFor('the message', () => seen[0])
  expect(message).toMatchObject({
    value: request(5, 50),
    key: '5',
    id: 'event-1',
    source: 'kafka-test',
    type: requested.type,
    time: 1_700_000_000_000,
    topic,
    ...place,
  })
  expect(trace).toEqual({ traceparent })
})

test('partitions are handled side by side, and each key in its order', async () => {
  const bed = await testbed()
  const kafka = await bed.connect()
  const seen = new Map<number, number[]>()
  let running = 0
  let most = 0
  await Promise.all(Array.from({ length: 400 }, (_, i) => kafka.send(requested, request(i % 20, i))))

  await bed.use(
    kafka.consumer(group, { concurrency: 4 }).on(requested, async ({ couponPolicyId, userId }) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      seen.set(couponPolicyId, [...(seen.get(couponPolicyId) ?? []), userId])
    }),
  )

  await waitFor('all messages', () => [...seen.values()].flat().length === 400)
  for (const [policy, users] of seen) expect(users).toEqual(Array.from({ length: 20 }, (_, i) => i * 20 + policy))
  expect(most).toBeGreaterThan(1)
})

test('a batch handler is given slices of one partition, and its commit comes after its work', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await Promise.all(Array.from({ length: 95 }, (_, i) => kafka.send(requested, request(1, i))))
  const slices: number[] = []
  const committedBefore: number[] = []
  const positions: number[] = []

  await bed.use(
    kafka
      .consumer(group, { maxPollRecords: 40 })
      .onBatch(requested, async (messages, { firstOffset, highWatermark, clusterId }) => {
        committedBefore.push(await committed(bed))
        slices.push(messages.length)
        positions.push(...messages.map(({ value }) => value.userId))
        expect(firstOffset).toBe(messages[0]!.offset)
        expect(highWatermark).toBe(95)
        expect(clusterId).toBe(kafka.clusterId)
      }),
  )

  await waitFor('the last commit', async () => (await committed(bed)) === 95)
  expect(positions).toEqual(Array.from({ length: 95 }, (_, i) => i))
  expect(slices.every((length) => length <= 40)).toBe(true)
  // Before each slice exactly those before it are committed.
  expect(committedBefore).toEqual(slices.map((_, i) => slices.slice(0, i).reduce((sum, length) => sum + length, 0)))
  expect(await kafka.committed(group, topic)).toEqual(new Map([[0, 95]]))
})

test('what was not committed is delivered again, to whoever has the partition next', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await kafka.send(requested, request(1, 1), { id: 'event-1' })
  const first: string[] = []
  const hanging = kafka.consumer(group).on(requested, async (_, { message, signal }) => {
    first.push(message.id)
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped in the middle'))))
  })
  await hanging.start!()
  await waitFor('the first delivery', () => first.length === 1)
  await hanging.close!()

  const second: string[] = []
  await bed.use(
    kafka.consumer(group).on(requested, async (_, { message }) => {
      second.push(message.id)
    }),
  )

  await waitFor('the second delivery', () => second.length === 1)
  expect([first, second]).toEqual([['event-1'], ['event-1']])
})

test('closing lets the message in hand finish, commits it and takes no further one', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await Promise.all(Array.from({ length: 5 }, (_, i) => kafka.send(requested, request(1, i))))
  const handled: number[] = []
  const inHand = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const consumer = kafka.consumer(group).on(requested, async ({ userId }) => {
    inHand.resolve()
    await finish.promise
    handled.push(userId)
  })
  await consumer.start!()
  await inHand.promise

  const closing = consumer.close!()
  finish.resolve()
  await closing

  expect(handled).toEqual([0])
  expect(await committed(bed)).toBe(1)
})

test('middleware wraps the handlers after it and adds to their context', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const lines: string[] = []
  await kafka.send(requested, request(1, 7))

  await bed.use(
    kafka
      .consumer(group)
      .with<{ trx: string }>(async (_, next) => {
        lines.push('begin')
        await next({ trx: 'trx-1' })
        lines.push('commit')
      })
      .with<{ outbox: string }>(async (message, next) => next({ outbox: `outbox of ${message.key}` }))
      .on(requested, async (value, { trx, outbox }) => {
        lines.push(`${value.userId} in ${trx} with the ${outbox}`)
      }),
  )

  await waitFor('the commit', () => lines.length === 3)
  expect(lines).toEqual(['begin', '7 in trx-1 with the outbox of 1', 'commit'])

  // @ts-expect-error: a handler that needs a transaction does not compile without the middleware that brings it.
  kafka.consumer(group).on(requested, async (_value, { trx }: { trx: string }) => void trx)
})

test('a consumer says how much a fetch brings', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  // Each acknowledged before the next one: a batch of the log for itself, and no fetch brings less than one.
  for (let i = 0; i < 8; i++) await kafka.send(requested, request(1, i))
  const slices: number[] = []

  await bed.use(
    kafka
      .consumer(group, { maxPollRecords: 100, maxPartitionFetchBytes: 1 })
      .onBatch(requested, async (messages) => void slices.push(messages.length)),
  )

  await waitFor('the last commit', async () => (await committed(bed)) === 8)
  expect(slices).toEqual(Array(8).fill(1))
})
