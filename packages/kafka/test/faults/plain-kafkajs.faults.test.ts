import { type KafkaProxy, kafkaProxy, testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import type { SendOptions } from '../../src/index.ts'
import { type Testbed, testbed, testHost } from '../../src/testbed.ts'
import type { Outcome, Sent } from './history.ts'
import { long, record, type Send, seeds } from './load.ts'
import { plainSender } from './plain.ts'
import { expectNothingLost, judge, readLog, underLoad } from './scenario.ts'

/*
 * Why there is a runtime around kafkajs: each scenario runs twice, on the same broker through the same faults, once with
 * plain kafkajs and once with ours. What is asserted of kafkajs is what it does today; should one of these fail with
 * a newer version, there is one reason less for the code that prevents it.
 */
const requestTimeoutMs = 400
/** Longer than a machine stands still: where a second request that times out would change what is seen. */
const patientMs = 3_000

type Sender = { name: 'plain kafkajs' | 'ours'; bed: Testbed; proxy: KafkaProxy; send: Send }

async function plain(partitions = 1, timeoutMs = requestTimeoutMs): Promise<Sender> {
  const bed = await testbed(partitions)
  const proxy = await kafkaProxy(testStack().brokers)
  return { name: 'plain kafkajs', bed, proxy, send: await plainSender(bed, proxy, timeoutMs) }
}

async function ours(partitions = 1): Promise<Sender> {
  const bed = await testbed(partitions)
  const proxy = await kafkaProxy(testStack().brokers)
  const kafka = await bed.connect({ producer: { requestTimeoutMs } }, testHost(), proxy.connect)
  return { name: 'ours', bed, proxy, send: async (one, options) => (await kafka.sendRecords([one], options))[0]! }
}

/** Sends one record and notes what its sender is told. */
function note(
  { send }: Sender,
  id: string,
  { key = 'key', ...options }: SendOptions & { key?: string } = {},
): Promise<Sent> {
  const one = record(id, key)
  const outcome = send(one, options).then(
    (at): Outcome => ({ type: 'ok', ...at }),
    (error): Outcome => ({ type: 'unknown', code: error.code ?? error.name }),
  )
  return outcome.then((told) => ({ id, key, body: one.value.toString(), outcome: told }))
}

test('one lost acknowledgement and a send that overlaps: kafkajs acknowledges a record that it never wrote, ours does not', async () => {
  async function scenario(sender: Sender) {
    const settled = await note(sender, 'settled')
    const lost = sender.proxy.next('produce', 'lose-answer')
    const answerLost = note(sender, 'answer-lost')
    await lost
    const overlapping = note(sender, 'overlapping')
    return judge(sender.bed, `overlap, ${sender.name}`, 'none', [settled, await answerLost, await overlapping])
  }

  const theirs = await scenario(await plain(1, patientMs))
  expect(theirs).toMatchObject({ ok: 3, duplicates: 1 })
  expect(theirs.violations).toEqual([{ kind: 'lost', id: 'overlapping', at: '0/1' }])

  const own = await scenario(await ours())
  expect(own.ok).toBe(3)
  expectNothingLost(own)
})

test('the same under load: kafkajs loses acknowledged records, ours none', async () => {
  const scenario = (sender: Sender, seed: number) =>
    underLoad(sender.bed, {
      name: `lost acknowledgements, ${sender.name}`,
      seed,
      send: sender.send,
      fault: () => sender.proxy.next('produce', 'lose-answer'),
      times: long ? 10 : 2,
      callers: 8,
      window: 10,
    })

  for (const seed of seeds()) {
    const theirs = await scenario(await plain(), seed)
    expect(theirs.violations).toContainEqual(expect.objectContaining({ kind: 'lost' }))
    expectNothingLost(await scenario(await ours(), seed))
  }
})

test('a send that failed although it was written, and the next one by the same producer: kafkajs loses it, ours does not', async () => {
  async function scenario(sender: Sender, answers: number, deadline: SendOptions) {
    const settled = await note(sender, 'settled')
    const lost = Array.from({ length: answers }, () => sender.proxy.next('produce', 'lose-answer'))
    const failed = await note(sender, 'failed', deadline)
    await Promise.all(lost)
    return judge(sender.bed, `reuse, ${sender.name}`, 'none', [settled, failed, await note(sender, 'next')])
  }

  // The first try and three retries.
  const theirs = await scenario(await plain(), 4, {})
  expect(theirs).toMatchObject({ ok: 2, unknown: 1 })
  expect(theirs.violations).toEqual([{ kind: 'lost', id: 'next', at: '0/1' }])

  const own = await scenario(await ours(), 1, { deadlineMs: requestTimeoutMs / 4 })
  expect(own).toMatchObject({ ok: 2, unknown: 1, violations: [] })
})

test('a broker that is away: kafkajs gives up after its retries, ours delivers when it is back', async () => {
  const [theirs, own] = [await plain(), await ours()]
  await Promise.all([theirs.proxy.down(), own.proxy.down()])
  let told: Sent | undefined
  const sending = note(own, 'patient').then((sent) => {
    told = sent
    return sent
  })
  expect(await note(theirs, 'impatient')).toMatchObject({ outcome: { type: 'unknown' } })
  expect(told).toBeUndefined()
  await own.proxy.resume()
  expectNothingLost(await judge(own.bed, 'away, ours', 'none', [await sending]))
})

test('a connection that fell silent: kafkajs goes on using it and gives up, ours takes a new one', async () => {
  async function scenario(sender: Sender) {
    await note(sender, 'settled')
    const silent = sender.proxy.next('produce', 'fall-silent')
    const [sent] = await Promise.all([note(sender, 'silenced'), silent])
    return sent.outcome.type
  }
  expect(await scenario(await plain())).toBe('unknown')
  expect(await scenario(await ours())).toBe('ok')
})

test('without a key, a record that kafkajs sends again can land in another partition; ours always have a key and keep to it', async () => {
  /** Loses one answer after the other until a record is in two partitions. */
  async function scattersWithin(rounds: number, sender: Sender, key: string) {
    for (let round = 0; round < rounds; round++) {
      const lost = sender.proxy.next('produce', 'lose-answer')
      await note(sender, `record-${round}`, { key })
      await lost
      const copies = (await readLog(sender.bed)).filter(({ id }) => id === `record-${round}`)
      if (new Set(copies.map(({ partition }) => partition)).size > 1) return true
    }
    return false
  }
  // Not each time: the order of the partitions changes, and then the next in turn can be the same one again.
  expect(await scattersWithin(10, await plain(8), '')).toBe(true)
  expect(await scattersWithin(3, await ours(8), 'key')).toBe(false)
})
