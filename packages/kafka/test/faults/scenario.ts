import { waitFor } from '@firstcome/testing'
import { expect } from 'vitest'
import { type Testbed, topic } from '../../src/testbed.ts'
import { check, type Logged, type Sent, type Verdict } from './history.ts'
import { type LoadOptions, long, random, type Send, startLoad } from './load.ts'

/** Records acknowledged before the first fault, between two and after the last. */
const calm = long ? 1000 : 150

export interface Scenario extends LoadOptions {
  name: string
  seed: number
  send: Send
  /** Does one fault, and resolves when it has happened. */
  fault: () => Promise<unknown>
  /** How often, under the same load. */
  times?: number
}

/** Faults under load, with calm before and after each; the verdict is over all that was sent, and printed with the seed. */
export async function underLoad(bed: Testbed, { name, seed, send, fault, times = 1, ...options }: Scenario) {
  const load = startLoad(send, seed, options)
  const draw = random(~seed)
  const progress = async (count: number) => {
    const goal = load.acknowledged() + count
    await waitFor(`${goal} acknowledged records`, () => load.acknowledged() >= goal, { timeoutMs: 150_000 })
  }
  await progress(calm)
  for (let i = 0; i < times; i++) {
    await fault()
    await progress(calm * (0.5 + draw()))
  }
  return judge(bed, name, seed, await load.end())
}

export async function judge(bed: Testbed, name: string, seed: number | string, history: Sent[]): Promise<Verdict> {
  const verdict = check(history, await readLog(bed))
  const { ok, fail, unknown, duplicates, violations } = verdict
  console.log(
    `${name}, seed ${seed}: ${ok} ok, ${fail} failed, ${unknown} unknown, ${duplicates} duplicates, ${violations.length} violations`,
  )
  return verdict
}

/** Every send was acknowledged, and everything acknowledged is as it should be. */
export function expectNothingLost(verdict: Verdict): void {
  // Where one is wrong, hundreds may be: the first tell enough.
  expect(verdict.violations.slice(0, 10)).toEqual([])
  expect([verdict.fail, verdict.unknown]).toEqual([0, 0])
}

/** Everything in the topic, each partition in the order of its offsets. */
export async function readLog(bed: Testbed): Promise<Logged[]> {
  const offsets = await bed.admin.fetchTopicOffsets(bed.prefix + topic)
  const total = offsets.reduce((sum, { high }) => sum + Number(high), 0)
  const records = await bed.log(topic, total)
  return records
    .map(({ key, value, headers, partition, offset }) => ({
      id: String(headers?.ce_id),
      key: String(key),
      body: String(value),
      partition,
      offset: Number(offset),
    }))
    .sort((a, b) => a.partition - b.partition || a.offset - b.offset)
}
