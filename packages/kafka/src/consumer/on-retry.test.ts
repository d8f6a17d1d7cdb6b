import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { group, request, testbed, testHost, topic } from '../testbed.ts'
import type { FirstRetry } from './handler.ts'

const dlt = `${topic}.${group}.dlt`
const retries = (delayMs: number) => `${topic}.${group}.retry-${delayMs}`
const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const range = (length: number) => Array.from({ length }, (_, i) => i)

test('the service hears of a first retry once: before the record is there, and before its neighbours go on', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const heard: (FirstRetry & { written: number })[] = []
  const order: string[] = []
  for (const i of range(9)) await kafka.send(requested, request(1, i), { id: `event-${i}` })

  await bed.use(
    kafka
      .consumer(group, {
        maxPollRecords: 100,
        async onRetry(retry) {
          order.push('heard')
          const [{ high } = { high: -1 }] = await kafka.topicOffsets(retries(50))
          heard.push({ ...retry, written: high })
        },
      })
      .onBatch(requested, async (messages, { late }) => {
        const users = messages.map(({ value }) => value.userId)
        if (users.includes(4)) throw new Error('no')
        if (!late) order.push(users.join())
      }),
  )
  await bed.log(dlt, 1)

  expect(heard).toEqual([
    {
      message: expect.objectContaining({ id: 'event-4', value: request(1, 4), attempt: 1 }),
      topic,
      partition: 0,
      offset: 4,
      clusterId: kafka.clusterId,
      attempts: 1,
      error: new Error('no'),
      highWatermark: 9,
      written: 0,
    },
  ])
  expect(order.slice(0, order.indexOf('heard')).join()).toBe('0,1,2,3')
  expect(order.slice(order.indexOf('heard') + 1).join()).toBe('5,6,7,8')
  // Both topics of retries were used, and one of them was heard of.
  expect(await kafka.topicOffsets(retries(100))).toMatchObject([{ high: 1 }])
})

test('while it can not be told because something is away, the partition waits and nothing is written', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const written: number[] = []
  const handled: number[] = []
  for (const i of range(3)) await kafka.send(requested, request(1, i))

  const consumer = await bed.use(
    kafka
      .consumer(group, {
        async onRetry() {
          written.push((await kafka.topicOffsets(retries(50)))[0]!.high, handled.length)
          // More often than a message that fails on its own would be tried.
          if (written.length < 10) throw away()
        },
      })
      .on(requested, async ({ userId }, { message: { attempt } }) => {
        if (userId === 0 && attempt === 1) throw new Error('not yet')
        handled.push(userId)
      }),
  )

  await waitFor('readiness to notice', () =>
    consumer.check!().then(
      () => false,
      (error: Error) => error.message.includes('ECONNREFUSED'),
    ),
  )
  await waitFor('the retry', () => handled.length === 3)
  expect(written).toEqual(Array(10).fill(0))
  expect(handled.toSorted()).toEqual(range(3))
  await waitFor('its commit', async () => (await kafka.committed(`${group}.retry`, retries(50))).get(0) === 1)
  expect(await kafka.topicOffsets(retries(50))).toMatchObject([{ high: 1 }])
  expect(await kafka.topicOffsets(dlt)).toMatchObject([{ high: 0 }])
  await waitFor('readiness', () => consumer.check!().then(() => true))
})

test('any other error of it is logged, and the message is tried again later all the same', async () => {
  const bed = await testbed(1)
  const lines: string[] = []
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const kafka = await bed.connect({}, { ...testHost(), log })
  const tries: number[] = []
  let heard = 0
  await kafka.send(requested, request(1, 1))

  await bed.use(
    kafka
      .consumer(group, {
        async onRetry() {
          heard++
          throw new Error('a bug')
        },
      })
      .on(requested, async (_, { message: { attempt } }) => {
        tries.push(attempt)
        if (attempt === 1) throw new Error('not yet')
      }),
  )

  await waitFor('the second try', async () => (await kafka.committed(`${group}.retry`, retries(50))).get(0) === 1)
  expect(tries).toEqual([1, 2])
  expect(heard).toBe(1)
  expect(JSON.parse(lines.find((line) => line.includes('onRetry'))!)).toMatchObject({
    level: 50,
    offset: 0,
    err: { message: 'a bug' },
  })
})

test('it hears nothing of what goes to the dead letters at once, nor of what is tried in its place', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const heard: number[] = []
  const onRetry = async ({ offset }: FirstRetry) => void heard.push(offset)
  await bed.write([{ key: '1', value: 'not to be read' }])
  await kafka.send(requested, request(1, 1))

  const hopeless = kafka
    .consumer(group, { onRetry, notRetried: () => true })
    .on(requested, () => Promise.reject(new Error('never')))
  await hopeless.start!()
  await bed.log(dlt, 2)
  await hopeless.close!()
  await kafka.send(requested, request(1, 2))
  await bed.use(
    kafka
      .consumer(group, { onRetry, retries: 'in-place' })
      .on(requested, () => Promise.reject(new Error('not in this place'))),
  )
  await bed.log(dlt, 3)

  expect(heard).toEqual([])
})
