import { couponIssueRequested as requested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { expect, test, vi } from 'vitest'
import { group, request, testbed } from '../testbed.ts'
import { dlt, dltName, retryName } from './letterbox.ts'

vi.setConfig({ testTimeout: 120_000 })

const range = (length: number) => Array.from({ length }, (_, i) => i)

test.for([3, 1_000])('%i messages meet a bug; it is found, fixed, and each of them handled once', async (count) => {
  const bed = await testbed(4)
  const kafka = await bed.connect()
  const handled: string[] = []
  const attempts = new Set<number>()
  let fixed = false
  await bed.use(
    kafka.consumer(group).on(requested, async ({ userId }, { message }) => {
      if (userId >= 0 && !fixed) throw new TypeError(`no price for user ${userId}`)
      handled.push(message.id)
      attempts.add(message.attempt)
    }),
  )
  await Promise.all(range(count).map((i) => kafka.send(requested, request(i % 7, i), { id: `event-${i}` })))
  const given = () => bed.admin.fetchTopicOffsets(bed.prefix + dltName).then(([ends]) => Number(ends!.high))
  await waitFor('all of them among the dead letters', async () => (await given()) === count, { timeoutMs: 60_000 })

  const causes = JSON.parse((await dlt(bed, ['list', '--json'])).stdout)
  expect(causes).toMatchObject([{ count, open: count, code: 'HANDLER_FAILED', reasons: count }])
  const dry = await dlt(bed, ['replay', '--reason', 'no price'])
  expect(dry.stdout).toContain(`Would replay ${count} letters`)
  expect(handled).toEqual([])

  fixed = true
  const replayed = await dlt(bed, ['replay', '--reason', 'no price', '--yes', '--note', 'prices are there now'])
  expect(replayed.stdout.split('\n')).toHaveLength(count)
  await waitFor('all of them', () => handled.length >= count)
  expect((await dlt(bed, ['replay', '--yes'])).stderr).toMatch(/^Replayed 0 letters/)

  const committed = () => kafka.committed(`${group}.retry`, retryName)
  await waitFor('the end of the retry topic', async () => (await committed()).get(0) === 2 * count)
  expect(handled.toSorted()).toEqual(
    range(count)
      .map((i) => `event-${i}`)
      .toSorted(),
  )
  expect(attempts).toEqual(new Set([1]))
  expect(await given()).toBe(count)
})
