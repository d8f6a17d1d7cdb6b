import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { dueAt, readOrigin } from '../retry/origin.ts'
import { group, request, testbed, topic } from '../testbed.ts'
import type { BatchContext, DeadLetter } from './handler.ts'

const dlt = `${topic}.${group}.dlt`
const retries = (delayMs: number) => `${topic}.${group}.retry-${delayMs}`
const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const range = (length: number) => Array.from({ length }, (_, i) => i)

test('a retry comes after 1 s and then 2 s, never early, and the partition goes on meanwhile', async () => {
  const bed = await testbed(1, { retryDelayMs: 1000 })
  const kafka = await bed.connect()
  const tries: { attempt: number; at: number }[] = []
  const others: number[] = []
  const { promise: othersDone, resolve } = Promise.withResolvers<void>()
  for (const i of range(10)) await kafka.send(requested, request(1, i), { id: `event-${i}` })

  await bed.use(
    kafka.consumer(group).on(requested, async ({ userId }, { message: { attempt, id, offset, headers } }) => {
      if (userId !== 3) {
        if (others.push(userId) === 9) resolve()
        return
      }
      tries.push({ attempt, at: Date.now() })
      // As it was at first, whatever way it came.
      expect({ id, offset }).toEqual({ id: 'event-3', offset: 3 })
      expect(Object.keys(headers).filter((name) => !name.startsWith('ce_'))).toEqual(['content-type'])
      // The others wait for no second try: it waits for them.
      if (attempt > 1) await othersDone
      throw new Error('no')
    }),
  )

  await bed.log(dlt, 1)
  const [first] = await bed.log(retries(1000), 1)
  const [second] = await bed.log(retries(2000), 1)
  expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  expect(others).toEqual(range(10).filter((i) => i !== 3))
  const [one, two, three] = tries.map(({ at }) => at)
  expect(two! - one!).toBeGreaterThanOrEqual(1000)
  expect(three! - two!).toBeGreaterThanOrEqual(2000)
  expect(tries[1]!.at).toBeGreaterThanOrEqual(dueAt(first!.headers))
  expect(tries[2]!.at).toBeGreaterThanOrEqual(dueAt(second!.headers))
})

test('a message that gets through at its second try goes no further', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await kafka.send(requested, request(1, 1), { id: 'event-1', traceparent: 'trace' })
  const handled: number[] = []

  await bed.use(
    kafka.consumer(group).on(requested, async (value, { message }) => {
      if (message.attempt === 1) throw new Error('not yet')
      expect(value).toEqual(request(1, 1))
      expect(message.headers.traceparent).toBe('trace')
      handled.push(message.attempt)
    }),
  )

  await waitFor('the second try', () => handled.length === 1)
  const [record] = await bed.log(retries(50), 1)
  expect(readOrigin(record!.headers)).toMatchObject({
    topic: bed.prefix + topic,
    partition: 0,
    offset: '0',
    attempts: 1,
  })
  expect(record!.headers!['kafka_exception-message']!.toString()).toBe('not yet')
  await waitFor('its commit', async () => (await kafka.committed(`${group}.retry`, retries(50))).get(0) === 1)
  expect(await kafka.topicOffsets(retries(100))).toMatchObject([{ high: 0 }])
  expect(await kafka.topicOffsets(dlt)).toMatchObject([{ high: 0 }])
})

test('where order is sacred, the partition waits with the message that fails', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  for (const i of range(6)) await kafka.send(requested, request(1, i))
  const handled: number[] = []
  const letters: DeadLetter[] = []

  await bed.use(
    kafka
      .consumer(group, { retries: 'in-place', onDeadLetter: (letter) => void letters.push(letter) })
      .on(requested, async ({ userId }) => {
        handled.push(userId)
        if (userId === 2) throw new Error('no')
      }),
  )

  await waitFor('the letter', () => letters.length === 1 && handled.length === 8)
  expect(handled).toEqual([0, 1, 2, 2, 2, 3, 4, 5])
  expect(letters[0]).toMatchObject({ attempts: 3, offset: 2, replays: 0 })
  expect(await kafka.topicOffsets(retries(50))).toMatchObject([{ high: 0 }])
})

test('a batch handler is given a late message alone, with its first place, and told that it is late', async () => {
  const bed = await testbed(3)
  const kafka = await bed.connect()
  const place = await kafka.send(requested, request(1, 1))
  await kafka.send(requested, request(1, 2))
  const calls: { users: number[]; context: BatchContext }[] = []

  await bed.use(
    kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, async (messages, context) => {
      calls.push({ users: messages.map(({ value }) => value.userId), context })
      if (!context.late && messages.some(({ value }) => value.userId === 1)) throw new Error('not yet')
    }),
  )

  const late = await waitFor('the late one', () => calls.find(({ context }) => context.late))
  expect(late).toMatchObject({
    users: [1],
    context: { topic, partition: place.partition, firstOffset: place.offset, clusterId: kafka.clusterId },
  })
})

test('an outage holds a retry back as long as it lasts, and is not counted as a try', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await kafka.send(requested, request(1, 1))
  const attempts: number[] = []

  const consumer = await bed.use(
    kafka.consumer(group).on(requested, async (_, { message: { attempt } }) => {
      attempts.push(attempt)
      if (attempt === 1) throw new Error('not yet')
      if (attempts.length < 7) throw away()
    }),
  )

  await waitFor('readiness to notice', () =>
    consumer.check!().then(
      () => false,
      (error: Error) => error.message.includes(retries(50)),
    ),
  )
  await waitFor('the retry', async () => (await kafka.committed(`${group}.retry`, retries(50))).get(0) === 1)
  expect(attempts).toEqual([1, 2, 2, 2, 2, 2, 2])
  await waitFor('readiness', () => consumer.check!().then(() => true))
  expect(await kafka.topicOffsets(dlt)).toMatchObject([{ high: 0 }])
})

test('an error that a second try can not cure goes to the dead letters at once', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await kafka.send(requested, request(1, 1))
  await kafka.send(requested, request(1, 2))
  const handled: number[] = []

  await bed.use(
    kafka
      .consumer(group, { notRetried: (error) => error.name === 'ValidationError' })
      .on(requested, async ({ userId }) => {
        handled.push(userId)
        if (userId === 1) throw Object.assign(new Error('no'), { name: 'ValidationError' })
        throw Object.assign(new Error('never'), { retriable: false })
      }),
  )

  const letters = await bed.log(dlt, 2)
  expect(letters.map(({ headers }) => headers!['dlt-attempts']!.toString())).toEqual(['1', '1'])
  expect(handled).toEqual([1, 2])
})

test('a consumer whose retry topics are missing does not start', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect({ consumer: { retryDelayMs: 70 } })

  const starting = kafka.consumer(group).on(requested, async () => {}).start!()

  await expect(starting).rejects.toMatchObject({ code: 'TOPIC_MISSING', message: expect.stringContaining(retries(70)) })
})

test('a value that no dead letter can hold stays where it is, and its dead letter says where that is', async () => {
  const bed = await testbed(1)
  // As a foreign producer writes it: within the broker's limit while it is compressed.
  await bed.write([{ key: '1', value: Buffer.alloc(500_000, 'large') }])
  const strict = await bed.connect({ producer: { recordBytes: 10_000, bufferBytes: 1_000_000 } })
  const letters: DeadLetter[] = []
  const consumer = strict.consumer(group, { onDeadLetter: (letter) => void letters.push(letter) })

  await bed.use(consumer.on(requested, async () => {}))

  const [record] = await bed.log(dlt, 1)
  expect(record!.value).toBe(null)
  expect(record!.headers!['dlt-code']!.toString()).toBe('RECORD_TOO_LARGE')
  expect(record!.headers!['dlt-value-omitted']!.toString()).toBe(`500000 bytes, still at ${bed.prefix}${topic}/0/0`)
  await waitFor('the letter', () => letters.length === 1)
  expect(letters[0]).toMatchObject({ code: 'RECORD_TOO_LARGE', message: undefined, offset: 0 })
})
