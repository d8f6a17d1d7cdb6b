import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import type { Host } from '../host.ts'
import { group, request, testbed, testHost, topic } from '../testbed.ts'

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const LONG = 60_000

/** Lag and age in seconds of a partition, as a scrape finds them; `NaN` where they are not told. */
async function scrape({ metrics }: Host, partition: number, { of = group, from = topic } = {}) {
  const text = await metrics.metrics()
  const labels = `{consumergroup="${of}",topic="${from}",partition="${partition}"}`
  const value = (name: string) => Number(text.split(`${name}${labels} `)[1]?.split('\n')[0])
  return { lag: value('kafka_consumergroup_lag'), age: value('kafka_consumergroup_oldest_age_seconds') }
}

test('lag falls with each commit, and there is neither lag nor age once all is handled', async () => {
  const bed = await testbed(1, { lagIntervalMs: LONG })
  const host = testHost()
  const kafka = await bed.connect({}, host)
  for (let i = 0; i < 30; i++) await kafka.send(requested, request(1, i))
  const lags: number[] = []

  const consumer = kafka
    .consumer(group, { maxPollRecords: 10 })
    .onBatch(requested, async () => void lags.push((await scrape(host, 0)).lag))
  await bed.use(consumer)
  await waitFor('no lag', async () => (await scrape(host, 0)).lag === 0)

  // Before the first commit it is what the brokers have answered by then, if they have.
  expect(lags.slice(1)).toEqual([20, 10])
  expect(await scrape(host, 0)).toEqual({ lag: 0, age: 0 })
  await consumer.close!()
  expect(await scrape(host, 0)).toEqual({ lag: Number.NaN, age: Number.NaN })
})

test('while a partition waits for something that is away its lag and its age grow, though nothing is fetched', async () => {
  const bed = await testbed(1, { lagIntervalMs: 100, outageMinMs: LONG, outageMaxMs: LONG })
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const timestamp = String(Date.now() - 3_600_000)
  const { key, value } = kafka.encode(requested, request(1, 1))
  await bed.write([{ key, value, timestamp }])

  await bed.use(kafka.consumer(group).on(requested, () => Promise.reject(away())))
  // The brokers may have told of the lag before the record was fetched, which tells its age.
  await waitFor('lag and age', async () => {
    const { lag, age } = await scrape(host, 0)
    return lag === 1 && age >= 3600
  })
  for (let i = 0; i < 4; i++) await kafka.send(requested, request(1, i))

  await waitFor('the lag to grow', async () => (await scrape(host, 0)).lag === 5)
  const { age } = await scrape(host, 0)
  expect(age).toBeGreaterThanOrEqual(3600)
  await waitFor('the age to grow', async () => (await scrape(host, 0)).age > age)
})

test('a partition that another one holds up has a lag, and an age since that was seen', async () => {
  const bed = await testbed(2, { lagIntervalMs: 100 })
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const slow = await kafka.send(requested, request(1, 1))
  const other = 1 - slow.partition
  let busy = false

  await bed.use(
    kafka.consumer(group).on(requested, async (_value, { message }) => {
      if (message.partition !== slow.partition) return
      busy = true
      await gate
    }),
  )
  await waitFor('the slow one', () => busy)
  await bed.write([{ partition: other, key: '1', value: null }])

  await waitFor('lag and age', async () => {
    const { lag, age } = await scrape(host, other)
    return lag === 1 && age > 0
  })
  open()
  await waitFor('all', async () => (await scrape(host, other)).lag + (await scrape(host, slow.partition)).lag === 0)
})

test('a retry that waits for its time is lag of the retry topic, and not old', async () => {
  const bed = await testbed(1, { lagIntervalMs: 100, retryDelayMs: LONG })
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const waiting = { of: `${group}.retry`, from: `${topic}.${group}.retry-${LONG}` }
  await kafka.send(requested, request(1, 1))

  await bed.use(kafka.consumer(group).on(requested, () => Promise.reject(new Error('no'))))
  await waitFor('the retry to wait', async () => {
    const { lag, age } = await scrape(host, 0, waiting)
    return lag === 1 && age === 0
  })

  // The retry may be read before its first place is committed.
  await waitFor('no lag', async () => (await scrape(host, 0)).lag === 0)
  expect(await scrape(host, 0)).toEqual({ lag: 0, age: 0 })
})

test('the age is that of the oldest record not committed, though a younger one is handled while it is told', async () => {
  const bed = await testbed(1, { lagIntervalMs: LONG })
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const { key, value } = kafka.encode(requested, request(1, 1))
  const ago = (seconds: number) => String(Date.now() - seconds * 1000)
  await bed.write([
    { key, value, timestamp: ago(7200) },
    { key, value, timestamp: ago(3600) },
  ])
  const told = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  let begun = 0

  await bed.use(
    kafka
      .consumer(group, { maxPollRecords: 1 })
      .onBatch(requested, async () => ({ told: told[begun++ === 0 ? 0 : 1].promise })),
  )
  await waitFor('the younger one', () => begun === 2)
  expect((await scrape(host, 0)).age).toBeGreaterThanOrEqual(7200)

  told[0].resolve()
  await waitFor('the first commit', async () => (await scrape(host, 0)).lag === 1)
  const { age } = await scrape(host, 0)
  expect(age).toBeGreaterThanOrEqual(3600)
  expect(age).toBeLessThan(7200)
  told[1].resolve()
  await waitFor('no lag', async () => (await scrape(host, 0)).lag === 0)
  expect(await scrape(host, 0)).toEqual({ lag: 0, age: 0 })
})
