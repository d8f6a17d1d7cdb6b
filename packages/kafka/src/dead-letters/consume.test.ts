import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { webhook } from '../../test/webhook.ts'
import type { DeadLetter } from '../consumer/handler.ts'
import { group, request, testbed, testHost, topic } from '../testbed.ts'

const dlt = `${topic}.${group}.dlt`

test('a message that failed for good is logged, counted, told to the operator and to its service', async () => {
  const bed = await testbed(1)
  const hook = await webhook()
  const lines: Record<string, unknown>[] = []
  const host = { ...testHost(), log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }) }
  const kafka = await bed.connect({ consumer: { dltWebhookUrl: hook.url } }, host)
  const letters: DeadLetter[] = []
  await kafka.send(requested, request(7, 42), { id: 'event-1' })

  await bed.use(
    kafka.consumer(group, { onDeadLetter: (letter) => void letters.push(letter) }).on(requested, async () => {
      throw Object.assign(new Error('no such coupon'), { code: 'COUPON_UNKNOWN' })
    }),
  )

  const place = `${bed.prefix}${dlt}/0/0`
  await waitFor('the letter', () => letters.length === 1)
  const about = { group, topic, partition: 0, offset: 0, code: 'COUPON_UNKNOWN', attempts: 3, replays: 0, place }
  expect(letters).toMatchObject([
    { ...about, reason: 'no such coupon', message: { id: 'event-1', value: request(7, 42) } },
  ])
  const said = lines.filter(({ msg }) => msg === 'A message failed for good')
  expect(said).toMatchObject([
    { topic, partition: 0, offset: 0, key: '7', eventId: 'event-1', letter: place, attempts: 3 },
  ])
  expect(await host.metrics.metrics()).toContain(
    `kafka_dead_letters_total{consumergroup="${group}",topic="${topic}",code="COUPON_UNKNOWN"} 1`,
  )
  await waitFor('the notice', () => hook.texts.length === 1)
  expect(hook.texts[0]).toContain(place)
})

test('what can not be decoded is told without its message, and a callback that fails holds nobody up', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const letters: DeadLetter[] = []
  await bed.write([
    { key: '1', value: 'no Avro' },
    { key: '2', value: null },
    { key: '3', value: 'no Avro either' },
  ])

  await bed.use(
    kafka
      .consumer(group, {
        onDeadLetter(letter) {
          letters.push(letter)
          throw new TypeError('a bug in the callback')
        },
      })
      .on(requested, async () => {}),
  )

  await waitFor('three letters', () => letters.length === 3)
  expect(letters.map(({ code, message, offset }) => [code, message, offset])).toEqual([
    ['UNDECODABLE', undefined, 0],
    ['VALUE_MISSING', undefined, 1],
    ['UNDECODABLE', undefined, 2],
  ])
  await waitFor('the commit', async () => (await kafka.committed(`${group}.dlt`, dlt)).get(0) === 3)
})

test("a record of somebody else's among the dead letters is told by its own place", async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const letters: DeadLetter[] = []
  await kafka.sendRecords([{ topic: dlt, key: 'k', value: Buffer.from('?'), headers: {} }])

  await bed.use(
    kafka.consumer(group, { onDeadLetter: (letter) => void letters.push(letter) }).on(requested, async () => {}),
  )

  await waitFor('the letter', () => letters.length === 1)
  expect(letters[0]).toMatchObject({ code: 'UNKNOWN', place: `${bed.prefix}${dlt}/0/0`, message: undefined })
})
