import { fileURLToPath } from 'node:url'
import { type Child, runNode, testStack, waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { type Testbed, testbed } from '../testbed.ts'
import { dlt, dltName, retryName, writeLetters } from './letterbox.ts'

const dyingOperator = fileURLToPath(new URL('../../test/dying-operator.ts', import.meta.url))
const command = fileURLToPath(new URL('../commands/dlt.ts', import.meta.url))

/** Long enough for every batch, however busy the machine. */
const PATIENT_MS = 60_000
/** Short enough to be waited for, where it runs out. */
const LEASE_MS = 3_000
const range = (length: number) => Array.from({ length }, (_, i) => i)

const environment = (bed: Testbed) => ({ KAFKA_BROKERS: testStack().brokers, KAFKA_PREFIX: bed.prefix })

function startDying(bed: Testbed, signal: 'SIGKILL' | 'SIGSTOP', at: string, leaseMs = PATIENT_MS): Child {
  const settings = { SIGNAL: signal, AT: at, LEASE_MS: String(leaseMs), BATCH: '10' }
  return runNode(dyingOperator, { ...environment(bed), ...settings })
}

async function someLetters(count: number): Promise<Testbed> {
  const bed = await testbed(1)
  await writeLetters(
    bed,
    range(count).map((offset) => ({ offset })),
  )
  return bed
}

/** The letters that were sent, each as often as it was. */
async function sentLetters(bed: Testbed): Promise<number[]> {
  const [ends] = await bed.admin.fetchTopicOffsets(bed.prefix + retryName)
  const records = await bed.log(retryName, Number(ends!.high))
  const place = new RegExp(`^${bed.prefix}${dltName}/0/(\\d+)$`)
  return records.map(({ headers }) => Number(place.exec(String(headers!['dlt-letter']))![1])).sort((a, b) => a - b)
}

const openLetters = async (bed: Testbed) => JSON.parse((await dlt(bed, ['list', '--json'])).stdout)[0].open

// The second batch of three: ten letters are done, ten are in hand, five have not been touched.
test.for([
  ['between intent and sending', 'before:5', 10],
  ['between sending and its acknowledgement', 'after:5', 20],
  ['between the acknowledgement and writing it down', 'before:6', 20],
  ['before the next intents', 'before:4', 10],
] as const)('killed %s: the next replay sends what was not sent, and nothing twice', async ([_, at, sent]) => {
  const bed = await someLetters(25)
  expect(await startDying(bed, 'SIGKILL', at).ended).toEqual({ code: null, signal: 'SIGKILL' })
  await waitFor('what had left', async () => (await sentLetters(bed)).length === sent)
  expect(await openLetters(bed)).toBe(15)

  const next = await dlt(bed, ['replay', '--yes'], { othersMs: LEASE_MS })

  expect(next.code).toBe(0)
  expect(await sentLetters(bed)).toEqual(range(25))
  expect(await openLetters(bed)).toBe(0)
  expect((await dlt(bed, ['replay', '--yes'])).stderr).toMatch(/Replayed 0 letters/)
})

const intended = (bed: Testbed, count: number) =>
  waitFor('its intents', async () => {
    const [ends] = await bed.admin.fetchTopicOffsets(`${bed.prefix}dead-letter-actions`)
    return Number(ends!.high) === count
  })

test('one that was suspended for longer than its lease does not send what another has sent meanwhile', async () => {
  const bed = await someLetters(5)
  const suspended = startDying(bed, 'SIGSTOP', 'after:1', LEASE_MS)
  await intended(bed, 5)

  expect(await dlt(bed, ['replay', '--yes'], { othersMs: LEASE_MS })).toMatchObject({ code: 0 })
  expect(await sentLetters(bed)).toEqual(range(5))
  suspended.kill('SIGCONT')

  await suspended.ended
  expect(suspended.output()).toContain('Replayed 0 letters')
  expect(await sentLetters(bed)).toEqual(range(5))
})

test('one that read the log before another replayed all of it comes too late with its intents', async () => {
  const bed = await someLetters(5)
  const late = startDying(bed, 'SIGSTOP', 'before:1')
  await waitFor('its reading', () => late.output().includes('here'))

  expect(await dlt(bed, ['replay', '--yes'])).toMatchObject({ code: 0 })
  late.kill('SIGCONT')

  expect(await late.ended).toEqual({ code: 0, signal: null })
  expect(late.output()).toMatch(/Replayed 0 letters.\nSkipped 5, another run was first/)
  expect(await sentLetters(bed)).toEqual(range(5))
})

test('what another has in hand is waited for, and left to it', async () => {
  const bed = await someLetters(5)
  const first = startDying(bed, 'SIGSTOP', 'after:1')
  await intended(bed, 5)
  const { promise: waiting, resolve } = Promise.withResolvers<void>()
  const said: string[] = []
  const output = { say: () => {}, warn: (text: string) => resolve(void said.push(text)) }
  const second = dlt(bed, ['replay', '--yes'], { othersMs: PATIENT_MS, output })
  await waiting
  first.kill('SIGCONT')

  await Promise.all([first.ended, second])
  expect(said).toEqual([
    expect.stringContaining("5 letters in another run's hands"),
    expect.stringContaining('Skipped 5, replayed already'),
  ])
  expect(await sentLetters(bed)).toEqual(range(5))
})

test('two replays in two processes side by side: each letter is sent once', async () => {
  const bed = await someLetters(300)
  const both = [
    runNode(command, environment(bed), ['replay', '--yes']),
    runNode(command, environment(bed), ['replay', '--yes']),
  ]

  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual(Array(2).fill({ code: 0, signal: null }))
  expect(await sentLetters(bed)).toEqual(range(300))
})

test('three replays and somebody who parks, all of them batch by batch: each letter has one fate', async () => {
  const bed = await someLetters(100)
  const replays = range(3).map((i) => dlt(bed, ['replay', '--yes', '--by', `operator ${i}`], { batch: 7 }))
  const parking = dlt(bed, ['park', '--since', '1h', '--limit', '30', '--yes'])

  const codes = (await Promise.all([...replays, parking])).map(({ code }) => code)
  expect(codes).toEqual([0, 0, 0, 0])
  const [{ open, replayed, parked }] = JSON.parse((await dlt(bed, ['list', '--json'])).stdout)
  const sent = await sentLetters(bed)
  expect(new Set(sent).size).toBe(sent.length)
  expect({ open, replayed, parked }).toEqual({ open: 0, replayed: sent.length, parked: 100 - sent.length })
})

test('an intent of which the retry topic no longer tells is left to a person, who may send it again', async () => {
  const bed = await someLetters(3)
  await startDying(bed, 'SIGKILL', 'before:2').ended
  await writeLetters(bed, [{ offset: 90 }])
  await dlt(bed, ['replay', `${bed.prefix}${dltName}/0/3`])
  // Asked about first: kafkajs deletes only in topics of which it knows the leader.
  await bed.admin.fetchTopicOffsets(bed.prefix + retryName)
  await bed.admin.deleteTopicRecords({ topic: bed.prefix + retryName, partitions: [{ partition: 0, offset: '1' }] })

  const unsure = await dlt(bed, ['replay', '--yes'], { othersMs: 100 })
  expect(unsure.stderr).toMatch(/Replayed 0 letters[\s\S]*Skipped 3, .*no longer tells/)
  const sure = await dlt(bed, ['replay', '--yes', '--again', '--until', '0s', '--limit', '3'], { othersMs: 100 })
  expect(sure.stderr).toMatch(/Replayed 3 letters/)
  expect(await openLetters(bed)).toBe(0)
})
