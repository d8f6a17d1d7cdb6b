import net from 'node:net'
import { faultProxy, testStack, waitFor } from '@firstcome/testing'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { createAdmin } from '../admin.ts'
import type { Connect } from '../client.ts'
import { createMetrics } from '../metrics.ts'
import { group, type Testbed, testbed, topic } from '../testbed.ts'
import { trackProgress } from './lag.ts'

const NEVER = 3_600_000

function track(bed: Testbed, { intervalMs = 100, connect = undefined as Connect | undefined } = {}) {
  const clock = { now: Date.now() }
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const metrics = createMetrics(new Registry())
  const admin = createAdmin(
    { ...bed.config, connectionTimeoutMs: 500 },
    { clientId: 'lag', log: pino({ level: 'silent' }), connect },
  )
  onTestFinished(() => admin.close())
  const member = () => {
    const { prefix } = bed
    const groupId = `${prefix}${group}`
    const one = trackProgress({ group, groupId, prefix, admin, metrics, intervalMs, log, now: () => clock.now })
    onTestFinished(one.stop)
    return { ...one, owns: (partitions: number[]) => one.assigned({ [`${prefix}${topic}`]: partitions }) }
  }
  const told = async (name: 'lag' | 'age') => {
    const { values } = await metrics[name].get()
    return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(' '), value]))
  }
  return { member, clock, admin, lines, lags: () => told('lag'), ages: () => told('age') }
}

const name = (partition: number) => `${group} ${topic} ${partition}`

const write = (bed: Testbed, partition: number, count: number) =>
  bed.write(Array.from({ length: count }, () => ({ partition, key: '1', value: 'any' })))

test('a partition that nothing is fetched from tells its lag, from the start of the log if the group never committed', async () => {
  const bed = await testbed(2)
  const { member, lags } = track(bed)
  await write(bed, 0, 5)
  await write(bed, 1, 3)
  const full = `${bed.prefix}${topic}`
  await bed.admin.deleteTopicRecords({ topic: full, partitions: [{ partition: 0, offset: '2' }] })

  member().owns([0])
  await waitFor('the lag', async () => name(0) in (await lags()))
  expect(await lags()).toEqual({ [name(0)]: 3 })

  const committed = { groupId: `${bed.prefix}${group}`, topic: full, partitions: [{ partition: 0, offset: '4' }] }
  await bed.admin.setOffsets(committed)
  await waitFor('the commit to be seen', async () => (await lags())[name(0)] === 1)
  await write(bed, 0, 2)
  await waitFor('the new records to be seen', async () => (await lags())[name(0)] === 3)
})

test('a partition that goes to another member is told by that one alone', async () => {
  const bed = await testbed(2)
  const { member, lags, ages } = track(bed)
  await write(bed, 1, 3)
  const first = member()
  const second = member()
  first.owns([0, 1])
  await waitFor('the lag', async () => (await lags())[name(1)] === 3)

  first.owns([0])
  expect(await lags()).toEqual({ [name(0)]: 0 })
  expect(await ages()).toEqual({ [name(0)]: 0 })
  second.owns([1])
  await waitFor('the other member', async () => (await lags())[name(1)] === 3)
  second.stop()
  expect(await lags()).toEqual({ [name(0)]: 0 })
})

test('an answer that was under way does not undo what the partition told meanwhile', async () => {
  const bed = await testbed(2)
  const proxy = await faultProxy(testStack().brokers)
  const connect = () => net.connect(proxy.port, '127.0.0.1')
  const { member, admin, lags } = track(bed, { connect, intervalMs: NEVER })
  await write(bed, 0, 5)
  await write(bed, 1, 5)
  await admin.clusterId()

  proxy.block()
  const { owns, movedOn } = member()
  owns([0, 1])
  movedOn(`${topic}/0`, 4, 5)
  await proxy.resume()
  await waitFor('the answer', async () => (await lags())[name(1)] === 5)

  expect(await lags()).toEqual({ [name(0)]: 1, [name(1)]: 5 })
})

test('while the brokers are away the last lag stands, in silence, and the truth comes back with them', async () => {
  const bed = await testbed(1)
  const proxy = await faultProxy(testStack().brokers)
  const { member, lags, lines } = track(bed, { connect: () => net.connect(proxy.port, '127.0.0.1') })
  await write(bed, 0, 2)
  member().owns([0])
  await waitFor('the lag', async () => (await lags())[name(0)] === 2)

  await proxy.down()
  await write(bed, 0, 1)
  await waitFor('a question without an answer', () => lines.length > 0)
  expect(await lags()).toEqual({ [name(0)]: 2 })
  await proxy.resume()

  await waitFor('the lag of now', async () => (await lags())[name(0)] === 3)
  expect(lines.filter((line) => JSON.parse(line).level > 20)).toEqual([])
})

test('the age is that of the record in hand, and of a record that nobody fetched since it was seen', async () => {
  const bed = await testbed(1)
  const { member, clock, lags, ages } = track(bed, { intervalMs: NEVER })
  const { owns, standsAt, movedOn } = member()
  const place = `${topic}/0`
  const now = async () => [(await lags())[name(0)], (await ages())[name(0)]]
  await write(bed, 0, 7)
  owns([0])
  await waitFor('the lag', async () => name(0) in (await lags()))
  clock.now += 10_000
  expect(await now()).toEqual([7, 10])

  standsAt(place, clock.now - 60_000)
  expect(await now()).toEqual([7, 60])
  movedOn(place, 3, 5)
  expect(await now()).toEqual([4, 60])
  // To the end of what was fetched: what the brokers told of beyond it came later.
  movedOn(place, 5, 5)
  clock.now += 5000
  expect(await now()).toEqual([2, 5])
  movedOn(place, 7, 7)
  expect(await now()).toEqual([0, 0])
})
