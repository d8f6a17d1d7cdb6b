import { couponIssueRequested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { expect, test, vi } from 'vitest'
import { bugOf, hearing, UNLUCKY } from '../bug.ts'
import { createPolicy, stage } from '../stage.ts'
import { audited, retry } from './audited.ts'

vi.setConfig({ testTimeout: 120_000 })
const it = await stage(retry)
const bug = bugOf(it)
const { told, answered } = hearing(it)

test('requests that failed, were tried again, given up and replayed leave an order that can be proved', async () => {
  // With tries enough for one that fails to be met waiting, however late anybody looks.
  let worker = await it.startWorker({ ...retry, KAFKA_ATTEMPTS: '40' })
  const shop = async (totalQuantity: number, ordering = 'strict') => {
    const couponPolicyId = await createPolicy(worker, { name: 'Holds', totalQuantity, ordering })
    return (userId: number) => ({ requestId: uuidv7(), couponPolicyId, userId, requestedAt: Date.now() })
  }
  const [kept, ended, taken, relaxed] = [await shop(3), await shop(2), await shop(1), await shop(2, 'relaxed')]

  await bug.put()
  const held = [kept(1), kept(UNLUCKY), kept(2), kept(3)]
  await it.ask(held)
  await answered(held[3]!)
  // So that it goes on waiting.
  await worker.stop()
  const during = await audited(it)
  expect(during).toMatchObject({ code: 0, kinds: [] })
  expect(during.report.policies[0]).toMatchObject({ issued: 2, held: 1, inRetry: 1 })
  await bug.fix()
  worker = await it.startWorker(retry)
  await answered(...held)

  await bug.put()
  const dead = [ended(UNLUCKY), ended(1), ended(2)]
  const late = [relaxed(UNLUCKY), relaxed(1), relaxed(2)]
  await it.ask([...dead, ...late])
  await answered(...dead, ...late)
  const after = [ended(3), ended(4)]
  await it.ask(after)
  await answered(...after)
  expect(told(after[0]!)).toEqual([3])
  await bug.fix()
  await it.replayDeadLetters('--reason', 'a bug', '--yes')
  await waitFor('its decision', () => told(dead[0]!).length > 1)

  await bug.put('new.rank = 1')
  const again = [taken(UNLUCKY), taken(1), taken(UNLUCKY)]
  await it.ask(again)
  await answered(...again)
  await bug.fix()

  const odd = kept(70)
  odd.requestId = 'not a UUID, which the database refuses'
  const last = kept(72)
  const records = [odd, kept(71), last].map((request) => it.kafka.encode(couponIssueRequested, request))
  records[1]!.value = Buffer.from('not Avro at all')
  await it.kafka.sendRecords(records)
  await answered(odd, last)

  const { code, report, words } = await audited(it)
  expect(words).toEqual([])
  expect(code).toBe(0)
  expect(report.policies.map(({ verdict }) => verdict)).toEqual(['proved', 'proved', 'proved', 'proved'])
  expect(report.spans.reduce((sum, { unreadable }) => sum + unreadable, 0)).toBe(1)
  await worker.stop()
})
