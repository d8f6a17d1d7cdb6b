import { couponIssueCompleted, couponIssueFailed, couponIssueRequested } from '@firstcome/events'
import { type TestApp, testToken } from '@firstcome/testing'
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Kind } from '../../src/audit/findings.ts'
import { rushLog, seeded } from '../rush-log.ts'
import { createPolicy, stage } from '../stage.ts'
import { audited, keepLedger, runAudit } from './audited.ts'
import { CALM, RUSH, tampered } from './tampered.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
const it = await stage()
let kept: Awaited<ReturnType<typeof keepLedger>>

/** Policies of one coupon for which two have asked, to be lied about: one for each lie. */
const small: number[] = []
const LIES = 8

async function change(worker: TestApp, path: string, body?: object): Promise<Response> {
  const authorization = `Bearer ${await testToken(1, { admin: true })}`
  const headers = { authorization, 'content-type': 'application/json' }
  return fetch(worker.url + path, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) })
}

beforeAll(async () => {
  const worker = await it.startWorker()
  // A rush of 1,000 on 60 coupons, of which 40 more come in between; and five coupons of ten.
  expect(await createPolicy(worker, { name: 'Rush', totalQuantity: 60 })).toBe(RUSH)
  expect(await createPolicy(worker, { name: 'Calm', totalQuantity: 10 })).toBe(CALM)
  // Of an Idempotency-Key each, which is what can be repeated after a restock.
  const requests = rushLog(RUSH, 1_000, seeded(11)).map((one) => ({ ...one, requestId: uuidv5('', one.requestId) }))
  const [before, after] = [requests.slice(0, 400), requests.slice(400)]
  await it.ask(before)
  await it.allAnswered(before)
  expect((await change(worker, `/api/coupon-policies/${RUSH}/stock`, { add: 40 })).status).toBe(200)
  const few = [1, 2, 3, 4, 5, 5].map((userId) => ({
    requestId: uuidv5(`${userId}`, uuidv7()),
    couponPolicyId: CALM,
    userId,
    requestedAt: Date.now(),
  }))
  await it.ask([...after, ...few])
  await it.allAnswered([...after, ...few])
  expect((await change(worker, `/api/coupon-policies/${CALM}/close`)).status).toBe(200)
  const late = [6, 7].map((userId) => ({ requestId: uuidv7(), couponPolicyId: CALM, userId, requestedAt: Date.now() }))
  await it.ask(late)
  await it.allAnswered(late)
  for (let n = 0; n < LIES; n += 1) small.push(await createPolicy(worker, { name: 'Small', totalQuantity: 1 }))
  const ask = (couponPolicyId: number, userId: number) => ({
    requestId: uuidv7(),
    couponPolicyId,
    userId,
    requestedAt: Date.now(),
  })
  const two = small.flatMap((policy) => [ask(policy, 1), ask(policy, 2)])
  await it.ask(two)
  await it.allAnswered(two)
  await worker.stop()
  kept = await keepLedger(it)
})

const sql = (query: string, ...values: (string | number)[]) => it.db.raw(query, values)
/** A request of the rush that was refused for this reason. */
const refused = (reason: string) =>
  it.outcomes.find(({ value }) => value.couponPolicyId === RUSH && 'reason' in value && value.reason === reason)!.value

describe('the audit of a rush that went well', () => {
  test('finds nothing, and says what it has proved', async () => {
    const { code, report } = await audited(it)
    expect(report.findings).toEqual([])
    expect(code).toBe(0)
    expect(report.policies.slice(0, 2)).toMatchObject([
      { policy: RUSH, stock: 100, issued: 100, verdict: 'proved' },
      { policy: CALM, stock: 10, issued: 5, requests: 8, decided: 8, verdict: 'proved' },
    ])
    for (const { partition, offset } of it.log()) {
      expect(report.spans[partition]).toMatchObject({ from: 0, pending: 0 })
      expect(report.spans[partition]!.to).toBeGreaterThan(offset)
    }
  })

  test('is told to people', async () => {
    const { code, output } = await runAudit(it, ['--policy', `${CALM}`])
    expect(code).toBe(0)
    expect(output).toMatch(/^2 Calm +10 +5 +0 +8 +8 +0 +0 +proved$/m)
    expect(output).toMatch(/No violations\.\n$/)
    expect(output).not.toContain('Rush')
  })
})

/** Where the last request of a policy stands. */
function place(policy: number) {
  return it.log().findLast(({ value }) => value.couponPolicyId === policy)!
}

describe('the audit finds, and names,', () => {
  afterEach(() => kept.restore())

  test.each(tampered({ sql, refused, place }))('$what', async ({ kind, besides = [], words: expected, seed }) => {
    await seed()
    const { code, kinds, words } = await audited(it)
    expect(code).toBe(1)
    expect(kinds).toEqual([kind, ...besides].sort())
    expect(words.join('\n')).toMatch(expected)
  })
})

describe('the audit hears', () => {
  afterEach(() => kept.restore())

  /** What the winner and the loser of a small policy were told. */
  function told(n: number) {
    const events = it.outcomes.filter(({ value }) => value.couponPolicyId === small[n])
    const issued = events.flatMap(({ id, value }) => ('rank' in value ? [{ id, value }] : []))[0]!
    const sold = events.flatMap(({ id, value }) => ('reason' in value ? [{ id, value }] : []))[0]!
    return { issued, sold }
  }
  const hear = async (n: number) => audited(it, '--policy', `${small[n]}`)
  const tellIssued = (value: object, id: string) =>
    it.kafka.send(couponIssueCompleted, { ...told(0).issued.value, ...value }, { id })
  const tellNo = (value: object, id: string) =>
    it.kafka.send(couponIssueFailed, { ...told(0).sold.value, ...value }, { id })

  test('nothing wrong in an outcome that was told again under its event id', async () => {
    const { issued, sold } = told(0)
    await tellIssued(issued.value, issued.id)
    await tellNo(sold.value, sold.id)
    expect(await hear(0)).toMatchObject({ code: 0, kinds: [] })
  })

  test.each<[string, Kind, RegExp, (n: number) => Promise<unknown>]>([
    [
      'an outcome that was told under two event ids',
      'told-twice',
      /was told again, under another event id/,
      async (n) => tellIssued(told(n).issued.value, uuidv7()),
    ],
    [
      'a winner who was told another rank',
      'told-otherwise',
      /was told rank 2/,
      async (n) => tellIssued({ ...told(n).issued.value, rank: 2 }, told(n).issued.id),
    ],
    [
      'a winner who was told of a coupon that is not theirs',
      'told-otherwise',
      /was told coupon /,
      async (n) => tellIssued({ ...told(n).issued.value, couponId: uuidv7() }, told(n).issued.id),
    ],
    [
      'a winner who was told no',
      'told-otherwise',
      /was told COUPON_SOLD_OUT; the ledger says ISSUED/,
      async (n) => tellNo({ ...told(n).sold.value, ...asked(told(n).issued.value) }, told(n).issued.id),
    ],
    [
      'a loser who was told of a coupon',
      'told-otherwise',
      /was told rank 1; the ledger says COUPON_SOLD_OUT/,
      async (n) => tellIssued({ ...told(n).issued.value, ...asked(told(n).sold.value) }, told(n).sold.id),
    ],
    [
      'an outcome of a request that nobody made',
      'told-unasked',
      /it was told an outcome, and is not there/,
      async (n) => tellNo({ ...told(n).sold.value, requestId: uuidv7() }, uuidv7()),
    ],
    [
      'a decided request that was told it had failed',
      'told-otherwise',
      /was told COUPON_ISSUE_FAILED; the ledger says COUPON_SOLD_OUT/,
      async (n) => tellNo({ ...told(n).sold.value, reason: 'COUPON_ISSUE_FAILED' }, uuidv7()),
    ],
  ])('%s', async (...[, kind, expected, lie]) => {
    const n = small.findIndex((_, i) => i > 0 && !lied.has(i))
    lied.add(n)
    await lie(n)
    const { code, kinds, words } = await hear(n)
    expect(code).toBe(1)
    expect(kinds).toContain(kind)
    expect(words.join('\n')).toMatch(expected)
  })

  test('that an outcome was never told, after waiting for it', async () => {
    const request = { requestId: uuidv7(), couponPolicyId: CALM, userId: 99, requestedAt: 0 }
    const { partition, offset } = await it.kafka.send(couponIssueRequested, request)
    const row = `INSERT INTO decided_batches (topic, partition, first_offset, next_offset, outcomes, request_marks, decided_at)
      VALUES (?, ?, ?, ?, 'I', decode(?, 'hex'), now())`
    const { topic } = couponIssueRequested
    await sql(row, topic, partition, offset, offset + 1, request.requestId.slice(-8))
    await sql('UPDATE partition_progress SET next_offset = ? WHERE partition = ?', offset + 1, partition)
    await sql('UPDATE coupon_policies SET issued = 6, last_rank = 6 WHERE id = ?', CALM)
    await sql(
      'INSERT INTO coupons (policy_id, user_id, request_id, coupon_id, rank, partition, log_offset, issued_at) VALUES (?, 99, ?, ?, 6, ?, ?, now())',
      ...[CALM, request.requestId, uuidv7(), partition, offset],
    )
    const { code, kinds, words } = await audited(it)
    expect(code).toBe(1)
    expect(kinds).toContain('not-told')
    expect(words.join('\n')).toMatch(/was issued rank 6 of policy 2, and not told so/)
  })
})

const lied = new Set<number>()
const asked = ({
  requestId,
  userId,
  partition,
  offset,
}: {
  requestId: string
  userId: number
  partition: number
  offset: number
}) => ({
  requestId,
  userId,
  partition,
  offset,
})

describe('the audit could not run', () => {
  test.each([
    ['Kafka is away', { KAFKA_BROKERS: '127.0.0.1:1' }, [], /Kafka did not answer/],
    ['the database is away', { DATABASE_URL: 'postgres://127.0.0.1:1/coupon' }, [], /./],
    ['it is asked for nonsense', {}, ['--policy', 'one'], /expected the number of a policy/],
    ['there is no such policy', {}, ['--policy', '999999'], /There is no policy 999999/],
  ])('where %s: exit code 2', async (_, env, args, expected) => {
    const { code, output } = await runAudit(it, args, env)
    expect(output).toMatch(expected)
    expect(code).toBe(2)
  })

  test('on a log that is not the one that was decided: exit code 2', async () => {
    await sql("UPDATE partition_progress SET cluster_id = 'another'")
    const { code, output } = await runAudit(it, [])
    await kept.restore()
    expect(output).toMatch(/was decided in cluster another/)
    expect(code).toBe(2)
  })
})
