import { setTimeout as sleep } from 'node:timers/promises'
import { type TestBroker, testBroker } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'
import type { ProducerConfig } from '../../src/settings.ts'
import { testbed } from '../../src/testbed.ts'
import { long, seeds } from './load.ts'
import { expectNothingLost, underLoad } from './scenario.ts'

const outageMs = long ? 15_000 : 3_000
const times = long ? 2 : 1

let broker: TestBroker

beforeAll(async () => {
  broker = await testBroker()
})

async function sendThrough(name: string, seed: number, fault: () => Promise<void>, producer: Partial<ProducerConfig>) {
  const bed = await testbed(4, {}, broker.brokers)
  const kafka = await bed.connect({ producer })
  const send = async (record: Parameters<typeof kafka.sendRecords>[0][number]) =>
    (await kafka.sendRecords([record]))[0]!
  return underLoad(bed, { name, seed, send, fault, times })
}

async function outage() {
  await broker.stop()
  await sleep(outageMs)
  await broker.start()
}

test('a broker that is stopped and started: every send waits and is acknowledged', async () => {
  for (const seed of seeds()) expectNothingLost(await sendThrough('broker stopped', seed, outage, {}))
})

test('a broker that is killed and started again', async () => {
  for (const seed of seeds()) {
    const crash = async () => {
      await broker.kill()
      if (long) await sleep(outageMs / 3)
      await broker.start()
    }
    expectNothingLost(await sendThrough('broker killed', seed, crash, {}))
  }
})

test('a broker that stands still and then does what it had been sent before, while others took its place', async () => {
  for (const seed of seeds()) {
    const standStill = async () => {
      broker.freeze()
      await sleep(outageMs / 2)
      broker.thaw()
    }
    expectNothingLost(await sendThrough('broker frozen', seed, standStill, { requestTimeoutMs: 300 }))
  }
})

test('an outage longer than senders and memory can wait: refused is not written, unknown may be, acknowledged is', async () => {
  for (const seed of seeds()) {
    const limits = { deliveryTimeoutMs: outageMs / 3, bufferBytes: 20_000 }
    const verdict = await sendThrough('outage beyond the deadline', seed, outage, limits)
    expect(verdict.violations).toEqual([])
    expect(verdict.fail).toBeGreaterThan(0)
    expect(verdict.unknown).toBeGreaterThan(0)
  }
})
