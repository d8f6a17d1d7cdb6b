import { couponIssueRequested as requested, retryTopic } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import kafkajs from 'kafkajs'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../client.ts'
import { group, request, testbed, testHost, topic } from '../testbed.ts'
import { createTopics } from '../topics.ts'

const log = pino({ level: 'silent' })

/** What kafkajs does to a consumer that does not expect it, and what this runtime makes of that. */
const range = (length: number) => Array.from({ length }, (_, i) => i)

test('a TypeError of a handler ends a plain kafkajs consumer for good, in a process that lives on; here it is a dead letter', async () => {
  const bed = await testbed(1)
  const host = testHost()
  const kafka = await bed.connect({}, host)
  await Promise.all(range(4).map((i) => kafka.send(requested, request(1, i))))
  const handle = (seen: number[], user: number) => {
    if (user === 1) (undefined as unknown as { boom(): void }).boom()
    seen.push(user)
  }

  const plain = createClient(bed.config, { clientId: 'plain', log }).consumer({
    groupId: `${bed.prefix}plain`,
    maxWaitTimeInMs: 50,
  })
  const crash = new Promise<boolean>((resolve) => {
    plain.on(plain.events.CRASH, ({ payload }) => resolve(payload.restart))
  })
  const seenByPlain: number[] = []
  await plain.connect()
  onTestFinished(() => plain.disconnect())
  await plain.subscribe({ topics: [bed.prefix + topic], fromBeginning: true })
  await plain.run({
    eachMessage: async ({ message }) => {
      handle(seenByPlain, (await kafka.contracts.decode(requested, message.value!)).userId)
    },
  })
  expect(await crash).toBe(false)
  expect(seenByPlain).toEqual([0])

  const seen: number[] = []
  await bed.use(kafka.consumer(group).on(requested, async ({ userId }) => handle(seen, userId)))
  await waitFor('the others', () => seen.length === 3)
  expect(seen).toEqual([0, 2, 3])
  expect(host.failures).toEqual([])
})

test('a crash from which kafkajs does not restart fails the service, which must not live on without its consumer', async () => {
  const bed = await testbed(1)
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const { value } = kafka.encode(requested, request(1, 1))
  // As it is on a topic that somebody else made; on ours the broker would turn the batch into snappy.
  await bed.admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: bed.prefix + topic,
        configEntries: [{ name: 'compression.type', value: 'producer' }],
      },
    ],
  })
  // Compression without a codec: to kafkajs this is "not implemented", and final.
  const { LZ4 } = kafkajs.CompressionTypes
  const codecs = kafkajs.CompressionCodecs as Record<number, () => unknown>
  const none = codecs[LZ4]!
  const writesOnly = { compress: async ({ buffer }: { buffer: Buffer }) => lz4Frame(buffer), decompress: none }
  codecs[LZ4] = () => writesOnly
  const producer = createClient(bed.config, { clientId: 'foreign', log }).producer()
  await producer.connect()
  onTestFinished(async () => {
    await producer.disconnect()
    codecs[LZ4] = none
  })

  const consumer = await bed.use(kafka.consumer(group).on(requested, async () => {}))

  // The broker takes the change of the topic to heart some time after it has answered; until then it turns the batches into snappy.
  await waitFor('the failure', async () => {
    if (host.failures.length > 0) return true
    await producer.send({ topic: bed.prefix + topic, compression: LZ4, messages: [{ key: '1', value }] })
    return false
  })
  expect(host.failures[0]).toMatchObject({ code: 'CONSUMER_CRASHED', message: expect.stringContaining('LZ4') })
  await expect(consumer.check!()).rejects.toMatchObject({ code: 'CONSUMER_CRASHED' })
})

/** One block, stored as it is: flags, size class and their checksum, length with the bit for "not compressed", data, end. */
function lz4Frame(data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE((data.length | 0x80000000) >>> 0)
  return Buffer.concat([Buffer.from('04224d18604082', 'hex'), length, data, Buffer.alloc(4)])
}

test('a retry that hangs in its handler holds up nothing of the main topic', async () => {
  const bed = await testbed(2)
  const kafka = await bed.connect()
  const seen: number[] = []
  let retrying = false
  await kafka.send(requested, request(1, 0))

  await bed.use(
    kafka.consumer(group).on(requested, async ({ userId }, { message, signal }) => {
      if (userId !== 0) seen.push(userId)
      else if (message.attempt === 1) throw new Error('try me again')
      else {
        retrying = true
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      }
    }),
  )
  await waitFor('the retry', () => retrying)
  await Promise.all(range(20).map((i) => kafka.send(requested, request(i, i + 1))))

  await waitFor('all others', () => seen.length === 20)
})

test('a partition whose handlers are slow lets the others have their turn before it is through', async () => {
  const bed = await testbed(2)
  const kafka = await bed.connect()
  const slow = range(100)
  const { partition: slowOne } = await kafka.send(requested, request(1, 0))
  await Promise.all(slow.slice(1).map((i) => kafka.send(requested, request(1, i))))
  let done = 0
  let doneBefore: number | undefined

  await bed.use(
    kafka.consumer(group).on(requested, async (_, { message }) => {
      if (message.partition !== slowOne) doneBefore ??= done
      else {
        await new Promise((resolve) => setTimeout(resolve, 50))
        done++
      }
    }),
  )
  await waitFor('the slow one to have begun', () => done > 0)
  await Promise.all(range(8).map((policy) => policy !== 1 && kafka.send(requested, request(policy, 1))))

  await waitFor('the others', () => doneBefore)
  expect(doneBefore).toBeLessThan(slow.length)
})

test('a retry partition is committed before it is paused for the first time', async () => {
  const bed = await testbed(1)
  // One that stays paused.
  const later = retryTopic(topic, group, 60_000)
  await createTopics(bed.admin, [{ topic: bed.prefix + later, partitions: 1, replication: 1, config: {} }])
  const kafka = await bed.connect({ consumer: { retryDelayMs: 60_000 } })
  await kafka.send(requested, request(1, 0))

  await bed.use(
    kafka.consumer(group).on(requested, async () => {
      throw new Error('not today')
    }),
  )

  const committed = () => kafka.committed(`${group}.retry`, later)
  await waitFor('the commit', async () => (await committed()).size === 1)
  expect(await committed()).toEqual(new Map([[0, 0]]))
})

test('a handler that closes its own consumer does not wait for itself forever', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect({ producer: { closeTimeoutMs: 300 } })
  await kafka.send(requested, request(1, 0))
  let closed = false
  const consumer = kafka.consumer(group).on(requested, async () => {
    await consumer.close!()
    closed = true
  })
  await bed.use(consumer)

  await waitFor('the close', () => closed)
})
