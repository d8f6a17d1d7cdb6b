import { expect, test } from 'vitest'
import { group, type Testbed, testbed, topic } from '../testbed.ts'
import { dlt, dltName, retryName, writeLetters } from './letterbox.ts'

const range = (length: number) => Array.from({ length }, (_, i) => i)
const place = (bed: Testbed, offset: number) => `${bed.prefix}${dltName}/0/${offset}`
const sentTo = async (bed: Testbed, name = retryName) => {
  const [ends] = await bed.admin.fetchTopicOffsets(bed.prefix + name)
  return Number(ends!.high)
}
const listed = async (bed: Testbed, ...args: string[]) =>
  JSON.parse((await dlt(bed, ['list', '--json', ...args])).stdout)

test('list tells causes apart, however their words differ, and counts what became of their letters', async () => {
  const bed = await testbed(1)
  const broken = range(5).map((i) =>
    Object.assign(new Error(`order ${i} broke it`), { stack: 'Error\n    at handler' }),
  )
  await writeLetters(bed, [
    ...broken.map((error, offset) => ({ offset, error })),
    { offset: 9, error: Object.assign(new Error('no Avro'), { code: 'UNDECODABLE' }) },
  ])
  await dlt(bed, ['replay', place(bed, 0), place(bed, 1)])
  await dlt(bed, ['park', place(bed, 2)])

  const [first, second] = await listed(bed)
  expect(first).toMatchObject({ count: 5, open: 2, replayed: 2, parked: 1, code: 'HANDLER_FAILED', reasons: 5 })
  expect(first).toMatchObject({ group: bed.prefix + group, topic: bed.prefix + topic })
  expect(second).toMatchObject({ count: 1, open: 1, code: 'UNDECODABLE', reason: 'no Avro' })
  const table = (await dlt(bed, ['list'])).stdout
  expect(table).toMatch(/^ +5 +2 +2 +1 .*HANDLER_FAILED .*order 4 broke it \(and 4 more like it\)$/m)
  expect((await dlt(bed, ['list', '--each'])).stdout.split('\n')).toHaveLength(7)
})

test('filters: topic, group, reason, time, state and limit', async () => {
  const bed = await testbed(1)
  const undecodable = Object.assign(new Error('no Avro'), { code: 'UNDECODABLE' })
  await writeLetters(bed, [{ offset: 1 }, { offset: 2, error: undecodable }, { offset: 3 }])
  await dlt(bed, ['park', place(bed, 2)])
  const offsets = async (...args: string[]) =>
    (await listed(bed, '--each', ...args)).map(({ offset }: { offset: number }) => offset)

  expect(await offsets()).toEqual([0, 1, 2])
  expect(await offsets('--topic', topic, '--group', group)).toEqual([0, 1, 2])
  expect(await offsets('--topic', 'other')).toEqual([])
  expect(await offsets('--group', 'other')).toEqual([])
  expect(await offsets('--reason', 'UNDECODABLE')).toEqual([1])
  expect(await offsets('--reason', 'IT BROKE')).toEqual([0, 2])
  expect(await offsets('--since', '1h')).toEqual([0, 1, 2])
  expect(await offsets('--until', '1h')).toEqual([])
  expect(await offsets('--state', 'parked')).toEqual([2])
  expect(await offsets('--state', 'open', '--limit', '1')).toEqual([0])
})

test('nothing to list is no error; the topics of actions and letters need not even be there', async () => {
  const bed = await testbed(1)
  expect(await dlt(bed, ['list'])).toMatchObject({ code: 0, stdout: 'No dead letters.' })
  const elsewhere = { ...bed, config: { ...bed.config, prefix: `${bed.prefix}none.` } }
  expect(await dlt(elsewhere, ['list', '--json'])).toMatchObject({ code: 0, stdout: '[]' })
})

test('show tells all of a letter: headers, the value decoded, and what was done', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 41 }])
  await dlt(bed, ['replay', place(bed, 0), '--note', 'fixed in 1.2', '--by', 'ada'])

  // Without the prefix, too: names are as in the catalogue.
  const { stdout } = await dlt(bed, ['show', `${dltName}/0/0`])
  expect(stdout).toMatch(/^state +replayed$/m)
  expect(stdout).toMatch(/^ +kafka_original-offset +41$/m)
  expect(stdout).toMatch(/"userId": 41/)
  expect(stdout).toMatch(/replay 1 sent, .*retry-50\/0\/0, by ada: fixed in 1.2$/m)
  const shown = JSON.parse((await dlt(bed, ['show', place(bed, 0), '--json'])).stdout)
  expect(shown).toMatchObject({ letter: { eventId: 'event-41', attempts: 3 }, value: { value: { userId: 41 } } })
  expect(shown.history.map(({ action }: { action: string }) => action)).toEqual(['replay-intended', 'replayed'])
  const blind = await dlt(bed, ['show', place(bed, 0)], { registryUrl: undefined })
  expect(blind.stdout).toMatch(/not readable, SCHEMA_REGISTRY_URL is not set\n +00[0-9a-f]+$/m)
})

test('a letter that is not there is named, and so is its exit code', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 1 }])
  for (const name of [place(bed, 1), `${bed.prefix}${topic}/0/0`, 'nothing.dlt/0/0']) {
    await expect(dlt(bed, ['show', name])).rejects.toThrow(`no dead letter ${name}`)
  }
})

test('a replay is the message as it was, due at once on the first retry topic of its group, and never on the main topic', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 5, replays: 1, headers: { traceparent: '00-1-2-01' } }])
  const before = Date.now()
  expect((await dlt(bed, ['replay', place(bed, 0)])).code).toBe(0)

  const [letter] = await bed.log(dltName, 1)
  const [record] = await bed.log(retryName, 1)
  expect(record!.key).toEqual(letter!.key)
  expect(record!.value).toEqual(letter!.value)
  const { headers = {} } = record!
  const text = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  expect(text).toMatchObject({
    ce_id: 'event-5',
    traceparent: '00-1-2-01',
    'kafka_original-topic': bed.prefix + topic,
    'dlt-replays': '2',
    'dlt-letter': place(bed, 0),
  })
  expect((headers['kafka_original-offset'] as Buffer).readBigInt64BE()).toBe(5n)
  expect((headers['retry_topic-attempts'] as Buffer).readInt32BE()).toBe(0)
  const due = Number((headers['retry_topic-backoff-timestamp'] as Buffer).readBigInt64BE())
  expect(due).toBeGreaterThanOrEqual(before)
  expect(due).toBeLessThanOrEqual(Date.now())
  expect(Object.keys(headers)).not.toContain('dlt-reason')
  expect(await sentTo(bed, topic)).toBe(0)
})

test('by a filter nothing is done until told so; then each letter is done once', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [...range(20).map((offset) => ({ offset })), { offset: 3 }])

  const dry = await dlt(bed, ['replay', '--reason', 'it broke'])
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Would replay 20 letters:[\s\S]*Add --yes/) })
  expect(await sentTo(bed)).toBe(0)
  const done = await dlt(bed, ['replay', '--reason', 'it broke', '--yes'])
  expect(done.stdout.split('\n')).toHaveLength(20)
  expect(done.stdout).toMatch(new RegExp(`^replayed  ${place(bed, 0)} -> ${bed.prefix}${retryName}/0/0 `, 'm'))
  const once = await dlt(bed, ['replay', '--yes'])
  expect(once.stderr).toMatch(/Replayed 0 letters.\nSkipped 21, replayed already/)
  expect(await sentTo(bed)).toBe(20)
})

test('a letter that was replayed is not replayed again, unless told so, and never beyond the limit', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 5 }])
  const replay = (...args: string[]) => dlt(bed, ['replay', place(bed, 0), ...args])

  expect(await replay()).toMatchObject({ code: 0 })
  expect(await replay()).toMatchObject({ code: 3, stderr: expect.stringContaining('replayed already') })
  expect(await replay('--again')).toMatchObject({ code: 0, stdout: expect.stringContaining('replay 2') })
  expect(await replay('--again', '--max-replays', '2')).toMatchObject({ code: 3 })
  expect(await sentTo(bed)).toBe(2)
})

test('what is parked stays, and is not replayed unless again', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 1 }, { offset: 2 }])

  expect((await dlt(bed, ['park', '--reason', 'it broke'])).stdout).toMatch(/Would park 2 letters/)
  const done = await dlt(bed, ['park', '--reason', 'it broke', '--limit', '1', '--yes', '--note', 'a test order'])
  expect(done.stdout).toMatch(new RegExp(`^parked  ${place(bed, 0)}  `))
  expect((await dlt(bed, ['replay', '--yes'])).stderr).toMatch(/Replayed 1 letter.\nSkipped 1, parked already/)
  expect((await dlt(bed, ['park', place(bed, 1)])).code).toBe(3)
  expect(await dlt(bed, ['replay', place(bed, 0), '--again'])).toMatchObject({ code: 0 })
  expect(await sentTo(bed)).toBe(2)
  expect(await sentTo(bed, dltName)).toBe(2)
})

test('every action is written down: who, when, why, and where it went', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 1 }])
  await dlt(bed, ['replay', place(bed, 0), '--by', 'ada', '--note', 'fixed'])

  const actions = (await bed.log('dead-letter-actions', 2)).map(({ value }) => JSON.parse(String(value)))
  const common = { letter: place(bed, 0), group: bed.prefix + group, eventId: 'event-1', by: 'ada', note: 'fixed' }
  expect(actions).toMatchObject([
    { action: 'replay-intended', ...common, to: bed.prefix + retryName, from: [0] },
    { action: 'replayed', ...common, number: 1, to: `${bed.prefix}${retryName}/0/0` },
  ])
  expect(Math.abs(Date.parse(actions[0].at) - Date.now())).toBeLessThan(60_000)
})

test('the groups that the tool reads as are gone when it is done', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 1 }])
  await dlt(bed, ['list'])

  const { groups } = await bed.admin.listGroups()
  expect(groups.filter(({ groupId }) => groupId.startsWith(bed.prefix))).toEqual([])
})
