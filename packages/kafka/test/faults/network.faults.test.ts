import { type KafkaFault, kafkaProxy, testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { testbed, testHost } from '../../src/testbed.ts'
import { long, seeds } from './load.ts'
import { expectNothingLost, underLoad } from './scenario.ts'

/** Now and then one produce request meets the fault, with other sends before, beside and behind it. Gives the verdict and the recycled producers. */
async function sendThrough(name: string, fault: KafkaFault, seed: number) {
  const bed = await testbed()
  const host = testHost()
  const proxy = await kafkaProxy(testStack().brokers)
  const kafka = await bed.connect({ producer: { requestTimeoutMs: 400 } }, host, proxy.connect)
  const verdict = await underLoad(bed, {
    name,
    seed,
    send: async (record) => (await kafka.sendRecords([record]))[0]!,
    fault: () => proxy.next('produce', fault),
    times,
  })
  expectNothingLost(verdict)
  const recycled = /kafka_producer_recycled_total (\d+)/.exec(await host.metrics.metrics())
  return { verdict, recycled: Number(recycled?.[1]) }
}

const times = long ? 10 : 3

test('answers that are lost: what was written is written again, and nothing else is lost with it', async () => {
  for (const seed of seeds()) {
    const { verdict, recycled } = await sendThrough('lost answer', 'lose-answer', seed)
    expect(recycled).toBeGreaterThanOrEqual(times)
    expect(verdict.duplicates).toBeGreaterThanOrEqual(times)
  }
})

test('connections that are reset before the append', async () => {
  for (const seed of seeds()) await sendThrough('reset before', 'reset-before', seed)
})

test('connections that are reset after the append', async () => {
  for (const seed of seeds()) await sendThrough('reset after', 'reset-after', seed)
})

test('answers that come after the request timed out', async () => {
  for (const seed of seeds()) {
    const { verdict, recycled } = await sendThrough('late answer', { answerLaterMs: 700 }, seed)
    expect(recycled).toBeGreaterThanOrEqual(times)
    expect(verdict.duplicates).toBeGreaterThanOrEqual(times)
  }
})

test('connections that stand and say nothing more', async () => {
  for (const seed of seeds()) {
    const { recycled } = await sendThrough('silent connection', 'fall-silent', seed)
    expect(recycled).toBeGreaterThanOrEqual(times)
  }
})
