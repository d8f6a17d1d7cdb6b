import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import type { Kafka } from '../connect.ts'
import { group, request, testbed, testHost, topic } from '../testbed.ts'
import type { BatchHandler } from './handler.ts'

const dlt = `${topic}.${group}.dlt`
const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const range = (length: number, from = 0) => Array.from({ length }, (_, i) => from + i)
const committed = async (kafka: Kafka) => (await kafka.committed(group, topic)).get(0) ?? 0
const fill = (kafka: Kafka, count: number) =>
  Promise.all(range(count).map((i) => kafka.send(requested, request(1, i), { id: `event-${i}` })))

/** A handler whose slices are told when the test says so, and what it knew as each slice began. */
function stage(onSlice = async (_index: number) => {}) {
  const slices: { users: number[]; told: PromiseWithResolvers<void> }[] = []
  /** At the beginning of each slice: how many are not told. */
  const untold: number[] = []
  const delivered: number[][] = []
  let open = 0
  const handler: BatchHandler<{ userId: number }> = async (messages) => {
    const told = Promise.withResolvers<void>()
    const users = messages.map(({ value }) => value.userId)
    untold.push(open)
    delivered.push(users)
    await onSlice(delivered.length - 1)
    slices.push({ users, told })
    open++
    const close = () => void open--
    told.promise.then(close, close)
    return { told: told.promise }
  }
  return { handler, slices, untold, delivered }
}

test('the next slice begins while the last one is told, a third one only after that, and commits follow what is told', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const committedBefore: number[] = []
  const { handler, slices, untold, delivered } = stage(async () => void committedBefore.push(await committed(kafka)))
  await fill(kafka, 60)

  await bed.use(kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, handler))
  for (const i of range(6)) {
    const { told } = await waitFor(`slice ${i}`, () => slices[i])
    // Once the next one has begun and has looked; the last one of a turn has none.
    if (i < 5) await waitFor('the next slice', () => slices.length > i + 1, { timeoutMs: 5000 }).catch(() => {})
    told.resolve()
  }
  await waitFor('the last commit', async () => (await committed(kafka)) === 60)

  expect(delivered).toEqual(range(6).map((i) => range(10, i * 10)))
  expect(Math.max(...untold)).toBe(1)
  expect(committedBefore).toEqual(untold.map((open, i) => (i - open) * 10))
})

test('when telling fails by an outage, nothing from that slice on is committed, and all of it is delivered again', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const { handler, slices, delivered } = stage()
  await fill(kafka, 30)

  const consumer = await bed.use(kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, handler))
  await waitFor('two slices', () => slices.length === 2)
  slices[1]!.told.resolve()
  slices[0]!.told.reject(away())
  // One more time, now with nothing beside it.
  await waitFor('the first slice again', () => slices.length === 3)
  await waitFor('readiness to notice', () =>
    consumer.check!().then(
      () => false,
      (error: Error) => error.message.includes('coupon-issue/0: connect ECONNREFUSED'),
    ),
  )
  expect(await committed(kafka)).toBe(0)
  slices[2]!.told.reject(away())
  await waitFor('the first slice once more', () => slices.length === 4)
  slices[3]!.told.resolve()
  // One after the other: where the turn is over, the last one begins when the one before it is told.
  for (const i of [4, 5]) (await waitFor(`slice ${i}`, () => slices[i])).told.resolve()
  await waitFor('the last commit', async () => (await committed(kafka)) === 30)

  const [a, b, c] = [range(10), range(10, 10), range(10, 20)]
  expect(delivered).toEqual([a, b, a, a, b, c])
  await waitFor('readiness', () => consumer.check!().then(() => true))
})

test('an error of the slice that began meanwhile is its own: the one before it is committed all the same', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const { handler, slices, delivered } = stage(async (index) => {
    if (index === 1) throw away()
  })
  await fill(kafka, 20)

  await bed.use(kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, handler))
  await waitFor('two slices', () => delivered.length === 2)
  slices[0]!.told.resolve()
  await waitFor('the second slice again', () => slices.length === 2)
  expect(await committed(kafka)).toBe(10)
  slices[1]!.told.resolve()
  await waitFor('the last commit', async () => (await committed(kafka)) === 20)

  expect(delivered).toEqual([range(10), range(10, 10), range(10, 10)])
})

test.for([3, 13, 29])(
  'when message %i can not be told, it is looked for one slice at a time, and set aside',
  async (poison) => {
    const bed = await testbed(1)
    const kafka = await bed.connect()
    const { handler, slices, untold, delivered } = stage()
    const told = new Set<number>()
    await fill(kafka, 30)
    let alone = 0
    const telling: typeof handler = async (messages, context) => {
      await handler(messages, context)
      const { users, told: end } = slices.at(-1)!
      if (users.length === 1 && users[0] === poison) alone++
      // Later than the next slice could begin.
      setTimeout(() => {
        if (users.includes(poison)) return end.reject(new Error('no such topic'))
        for (const user of users) told.add(user)
        end.resolve()
      }, 20)
      return { told: end.promise }
    }

    await bed.use(kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, telling))

    const [letter] = await bed.log(dlt, 1)
    expect(letter!.headers!['dlt-original']!.toString()).toBe(`${bed.prefix}${topic}/0/${poison}`)
    expect(letter!.headers!['dlt-reason']!.toString()).toBe('no such topic')
    await waitFor('the last commit', async () => (await committed(kafka)) === 30)
    expect([...told].sort((a, b) => a - b)).toEqual(range(30).filter((i) => i !== poison))
    expect(alone).toBe(3)
    // Up to where it stands alone; later tries come by the retry topics, while the partition goes on.
    const found = delivered.findIndex((users) => users.length === 1 && users[0] === poison)
    const search = range(found + 1).filter((i) => delivered[i]!.length < 10)
    expect(search.length).toBeGreaterThan(1)
    expect(search.map((i) => untold[i])).toEqual(search.map(() => 0))
  },
)

test('closing waits for what is told, commits it and begins nothing further', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const { handler, slices, delivered } = stage(async (index) => {
    if (index === 1) closing = consumer.close!()
  })
  let closing: Promise<void> | undefined
  const consumer = kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, handler)
  await fill(kafka, 30)

  await consumer.start!()
  await waitFor('the second slice', () => slices.length === 2)
  slices[0]!.told.resolve()
  await waitFor('the commit of the first', async () => (await committed(kafka)) === 10)
  slices[1]!.told.resolve()
  await closing

  expect(delivered).toEqual([range(10), range(10, 10)])
  expect(await committed(kafka)).toBe(20)
})

test('what could not be told before the end is delivered again, to whoever has the partition next', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const { handler, slices } = stage()
  const consumer = kafka.consumer(group, { maxPollRecords: 1 }).onBatch(requested, handler)
  await fill(kafka, 3)
  await consumer.start!()
  await waitFor('two slices', () => slices.length === 2)

  const closing = consumer.close!()
  slices[1]!.told.resolve()
  slices[0]!.told.reject(new Error('the service stops'))
  await closing

  const delivered: number[] = []
  await bed.use(
    kafka.consumer(group).onBatch(requested, async (messages) => {
      delivered.push(...messages.map(({ value }) => value.userId))
    }),
  )
  await waitFor('the next member', () => delivered.length >= 3)
  expect(delivered).toEqual(range(3))
})

test('closing does not wait for ever for what is never told', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect({ producer: { closeTimeoutMs: 200 } })
  const { handler, slices } = stage()
  const consumer = kafka.consumer(group).onBatch(requested, handler)
  await fill(kafka, 1)
  await consumer.start!()
  await waitFor('the slice', () => slices.length === 1)

  await consumer.close!()

  expect(await committed(kafka)).toBe(0)
  // Too late for a commit, and nobody's unhandled rejection.
  slices[0]!.told.reject(new Error('too late'))
})

test('a partition that changes hands does so with everything told and committed: nothing is delivered twice', async () => {
  const bed = await testbed(1)
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const seen: number[] = []
  let other: Promise<unknown> | undefined
  const handler: BatchHandler<{ userId: number }> = async (messages) => {
    const users = messages.map(({ value }) => value.userId)
    seen.push(...users)
    // Each of these takes longer than the group would take to go on without it, and there is one at any time.
    return { told: new Promise((resolve) => setTimeout(resolve, other ? 150 : 10)) }
  }
  const member = () => bed.use(kafka.consumer(group, { maxPollRecords: 5 }).onBatch(requested, handler))
  await fill(kafka, 150)

  await member()
  await waitFor('work in hand', () => seen.length >= 10)
  other = member()
  await waitFor('the last commit', async () => (await committed(kafka)) === 150)
  await waitFor('both members', async () => {
    const { groups } = await bed.admin.describeGroups([bed.prefix + group])
    return groups[0]!.members.length === 2
  })

  expect(seen).toEqual(range(150))
  expect(host.failures).toEqual([])
})

test('what comes by a retry topic is told before the next one of it begins', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const late: number[] = []
  let open = 0
  await fill(kafka, 4)

  await bed.use(
    kafka.consumer(group).onBatch(requested, async (_, context) => {
      if (!context.late) throw new Error('not yet')
      late.push(open++)
      return { told: new Promise((resolve) => setTimeout(() => resolve(void open--), 20)) }
    }),
  )

  const retries = `${topic}.${group}.retry-50`
  await waitFor('their commits', async () => (await kafka.committed(`${group}.retry`, retries)).get(0) === 4)
  expect(late).toEqual([0, 0, 0, 0])
})

test('what is never told within the poll interval fails the service', async () => {
  const bed = await testbed(1)
  const host = testHost()
  const kafka = await bed.connect({ consumer: { maxPollIntervalMs: 500 }, producer: { closeTimeoutMs: 200 } }, host)
  const { handler } = stage()
  await fill(kafka, 20)

  await bed.use(kafka.consumer(group, { maxPollRecords: 10 }).onBatch(requested, handler))

  await waitFor('the failure', () => host.failures.length === 1)
  expect(host.failures[0]).toMatchObject({ code: 'CONSUMER_STUCK' })
})
