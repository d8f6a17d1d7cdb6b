import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { group, request, testbed, testHost, topic } from '../testbed.ts'
import type { DeadLetter } from './handler.ts'

const dlt = `${topic}.${group}.dlt`
const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const range = (length: number) => Array.from({ length }, (_, i) => i)

const committed = async (bed: Awaited<ReturnType<typeof testbed>>, name: string, of: string) => {
  const [entry] = await bed.admin.fetchOffsets({ groupId: bed.prefix + name, topics: [bed.prefix + of] })
  return Number(entry!.partitions[0]!.offset)
}

const deadLetters = async (bed: Awaited<ReturnType<typeof testbed>>) => {
  const [{ high } = { high: '0' }] = await bed.admin.fetchTopicOffsets(bed.prefix + dlt)
  return Number(high)
}

test('while something is away the partition waits: nothing is lost, skipped or parked, and readiness says so', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await Promise.all(range(20).map((i) => kafka.send(requested, request(1, i))))
  const handled: number[] = []
  let refused = 0
  let down = true
  const consumer = await bed.use(
    kafka.consumer(group).on(requested, async ({ userId }) => {
      if (down && userId === 5) {
        refused++
        throw away()
      }
      handled.push(userId)
    }),
  )

  // More often than a message that fails on its own would be tried.
  await waitFor('five refusals', () => refused >= 5)
  expect(handled).toEqual(range(5))
  await waitFor('readiness to notice', () =>
    consumer.check!().then(
      () => false,
      (error: Error) => error.message.includes('coupon-issue/0: connect ECONNREFUSED'),
    ),
  )
  down = false
  await waitFor('the rest', () => handled.length === 20)

  expect(handled).toEqual(range(20))
  expect(await deadLetters(bed)).toBe(0)
  await waitFor('readiness', () => consumer.check!().then(() => true))
})

test('a partition that waits does not hold up the others', async () => {
  const bed = await testbed(4)
  const kafka = await bed.connect()
  const stuck = await kafka.send(requested, request(1, 1))
  const handled = new Set<number>()

  await bed.use(
    kafka.consumer(group).on(requested, async ({ userId }, { message }) => {
      if (message.partition === stuck.partition) throw away()
      handled.add(userId)
    }),
  )
  const places = await Promise.all(range(40).map(async (i) => ({ i, ...(await kafka.send(requested, request(i, i))) })))

  const others = places.filter(({ partition }) => partition !== stuck.partition).map(({ i }) => i)
  await waitFor('all other partitions', () => others.every((i) => handled.has(i)))
})

test('an outage in the middle of a batch delivers that batch again, whole', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await Promise.all(range(30).map((i) => kafka.send(requested, request(1, i))))
  const handled: number[] = []
  let outages = 3

  await bed.use(
    kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, async (messages) => {
      if (messages.some(({ value }) => value.userId === 15) && outages-- > 0) throw away()
      handled.push(...messages.map(({ value }) => value.userId))
    }),
  )

  await waitFor('all messages', () => handled.length >= 30)
  expect(handled).toEqual(range(30))
  expect(await deadLetters(bed)).toBe(0)
})

test('a message that fails is tried three times and given up; its neighbours are handled once, in order', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await Promise.all(range(12).map((i) => kafka.send(requested, request(1, i), { id: `event-${i}` })))
  const handled: number[] = []
  let tries = 0
  const parked: DeadLetter[] = []

  await bed.use(
    kafka.consumer(group, { onDeadLetter: (letter) => void parked.push(letter) }).on(requested, async ({ userId }) => {
      if (userId === 4) {
        tries++
        throw Object.assign(new Error('no such coupon'), { code: 'COUPON_UNKNOWN' })
      }
      handled.push(userId)
    }),
  )

  await waitFor('the dead letter', () => parked.length === 1)
  expect(tries).toBe(3)
  expect(handled).toEqual(range(12).filter((i) => i !== 4))
  expect(parked).toMatchObject([
    { code: 'COUPON_UNKNOWN', reason: 'no such coupon', attempts: 3, message: { id: 'event-4' } },
  ])
  const [letter] = await bed.log(dlt, 1)
  const headers = letter!.headers!
  const text = (name: string) => headers[name]!.toString()
  expect(letter!.key!.toString()).toBe('1')
  expect(kafka.contracts.decode(requested, letter!.value!)).toEqual(request(1, 4))
  expect(text('ce_id')).toBe('event-4')
  expect(text('kafka_original-topic')).toBe(bed.prefix + topic)
  expect((headers['kafka_original-partition'] as Buffer).readInt32BE()).toBe(0)
  expect((headers['kafka_original-offset'] as Buffer).readBigInt64BE()).toBe(4n)
  expect((headers['retry_topic-attempts'] as Buffer).readInt32BE()).toBe(3)
  expect(text('kafka_exception-message')).toBe('no such coupon')
  expect([text('dlt-code'), text('dlt-attempts'), text('dlt-group')]).toEqual([
    'COUPON_UNKNOWN',
    '3',
    bed.prefix + group,
  ])
  expect(text('dlt-original')).toBe(`${bed.prefix}${topic}/0/4`)
})

test.for([0, 7, 15])('a batch that fails by its message %i is narrowed down to it', async (poison) => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await Promise.all(range(16).map((i) => kafka.send(requested, request(1, i))))
  const handled: number[] = []
  let alone = 0

  await bed.use(
    kafka.consumer(group, { maxPollRecords: 100 }).onBatch(requested, async (messages) => {
      const users = messages.map(({ value }) => value.userId)
      if (users.includes(poison)) {
        if (users.length === 1) alone++
        throw new Error('constraint violated')
      }
      handled.push(...users)
    }),
  )

  await waitFor('the dead letter', async () => (await deadLetters(bed)) === 1)
  expect(handled).toEqual(range(16).filter((i) => i !== poison))
  expect(alone).toBe(3)
})

test('what can not be read is parked as it came, with its reason, and the partition moves on', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const { value } = kafka.encode(requested, request(1, 1))
  const unknownSchema = Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xf0]), value.subarray(5)])
  await bed.write([
    { key: '1', value: 'hello', headers: { from: 'elsewhere' } },
    { key: '1', value: unknownSchema },
    { key: '1', value: null },
    { key: null, value },
    { key: '1', value: value.subarray(0, 9) },
    { key: '1', value },
  ])
  const handled: string[] = []

  await bed.use(
    kafka.consumer(group).onBatch(requested, async (messages) => void handled.push(...messages.map(({ id }) => id))),
  )

  await waitFor('the readable one', () => handled.length === 1)
  // It came without an envelope: its place in the log is its id.
  expect(handled).toEqual([`${topic}-0-5`])
  const letters = await bed.log(dlt, 5)
  expect(letters.map(({ headers }) => headers!['dlt-code']!.toString())).toEqual([
    'UNDECODABLE',
    'SCHEMA_UNKNOWN',
    'VALUE_MISSING',
    'KEY_MISSING',
    'UNDECODABLE',
  ])
  expect(letters.map(({ value: bytes }) => bytes)).toEqual([
    Buffer.from('hello'),
    unknownSchema,
    null,
    value,
    value.subarray(0, 9),
  ])
  expect(letters.map(({ key }) => key?.toString())).toEqual(['1', '1', '1', undefined, '1'])
  expect(letters[0]!.headers!.from!.toString()).toBe('elsewhere')
  expect(letters[0]!.headers!['dlt-attempts']!.toString()).toBe('1')
})

test('a programming error in a handler parks its message and leaves the consumer alive', async () => {
  const bed = await testbed(1)
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const handled: number[] = []
  await Promise.all(range(4).map((i) => kafka.send(requested, request(1, i))))

  const consumer = await bed.use(
    kafka.consumer(group).on(requested, async ({ userId }) => {
      if (userId === 1) (undefined as unknown as { boom(): void }).boom()
      // Some libraries do, and it must not matter.
      if (userId === 2) throw 'just a string'
      handled.push(userId)
    }),
  )

  await waitFor('the others', () => handled.length === 2)
  expect(handled).toEqual([0, 3])
  const letters = await bed.log(dlt, 2)
  expect(letters.map(({ headers }) => headers!['kafka_exception-fqcn']!.toString())).toEqual(['TypeError', 'Error'])
  expect(host.failures).toEqual([])
  await waitFor('readiness', () => consumer.check!().then(() => true))
})

test('when the service can not be told of a dead letter, it is told again, and the letter is written once', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await kafka.send(requested, request(1, 0))
  await kafka.send(requested, request(1, 1))
  const handled: number[] = []
  const told: number[] = []

  await bed.use(
    kafka
      .consumer(group, {
        onDeadLetter({ offset }) {
          told.push(offset)
          if (told.length < 3) throw away()
        },
      })
      .on(requested, async ({ userId }) => {
        handled.push(userId)
        if (userId === 0) throw new Error('no')
      }),
  )

  await waitFor('the third time', () => told.length === 3)
  expect(told).toEqual([0, 0, 0])
  await waitFor('its commit', async () => (await committed(bed, `${group}.dlt`, dlt)) === 1)
  expect(handled.toSorted()).toEqual([0, 0, 0, 1])
  expect(await deadLetters(bed)).toBe(1)
})

test('a handler that hangs beyond the poll interval fails the service', async () => {
  const bed = await testbed(1)
  const host = testHost()
  const kafka = await bed.connect({ consumer: { maxPollIntervalMs: 500 } }, host)
  await kafka.send(requested, request(1, 0))

  const consumer = await bed.use(
    kafka
      .consumer(group)
      .on(requested, (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve()))),
  )

  await waitFor('the failure', () => host.failures.length === 1)
  expect(host.failures[0]).toMatchObject({ code: 'CONSUMER_STUCK' })
  await expect(consumer.check!()).rejects.toMatchObject({ code: 'CONSUMER_STUCK' })
})
