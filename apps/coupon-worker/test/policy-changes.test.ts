import { testToken, waitFor } from '@firstcome/testing'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { policyDesk } from './policy-desk.ts'
import { createPolicy, stage } from './stage.ts'

const it = await stage()
const worker = await it.startWorker()
const { change, announced, historyOf, totalOf } = policyDesk(it, worker)
const valid = { name: 'Spring sale', totalQuantity: 100 }

describe('POST /api/coupon-policies/{id}/stock', () => {
  test('adds to the stock, says so to whoever asks and to the log, and notes from where on', async () => {
    const id = await createPolicy(worker, valid)
    await it.db('partition_progress').insert([
      { topic: 'coupon-issue', partition: 3, cluster_id: 'x', next_offset: 41, updated_at: new Date() },
      { topic: 'coupon-issue', partition: 7, cluster_id: 'x', next_offset: 9, updated_at: new Date() },
    ])
    const { status, body } = await change(`${id}/stock`, { add: 11 })
    await it.db('partition_progress').delete()
    expect([status, body]).toEqual([
      200,
      {
        couponPolicyId: id,
        ...valid,
        totalQuantity: 111,
        issuedQuantity: 0,
        remaining: 111,
        status: 'OPEN',
        opensAt: null,
        closesAt: null,
        ordering: 'strict',
      },
    ])
    const [created, restocked] = await announced(id, 2)
    expect(restocked).toMatchObject({ ...valid, totalQuantity: 111, createdAt: created!.createdAt })
    expect(restocked!.changedAt).toBeGreaterThan(created!.changedAt)
    expect(await historyOf(id)).toEqual([
      { kind: 'created', total_quantity: 100, closes_at: null, places: {}, at: new Date(created!.changedAt) },
      {
        kind: 'restocked',
        total_quantity: 111,
        closes_at: null,
        places: { 3: 41, 7: 9 },
        at: new Date(restocked!.changedAt),
      },
    ])
    expect(await it.db('coupon_policies').where({ id }).first('version')).toEqual({ version: 1 })
  })

  test('many at the same time all count, and each announcement is later than the one before', async () => {
    const id = await createPolicy(worker, valid)
    const answers = await Promise.all(Array.from({ length: 20 }, () => change(`${id}/stock`, { add: 1 })))
    expect(answers.map(({ body }) => body.totalQuantity).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => 101 + index),
    )
    const events = await announced(id, 21)
    expect(events.map(({ totalQuantity }) => totalQuantity)).toEqual(
      Array.from({ length: 21 }, (_, index) => 100 + index),
    )
    const times = events.map(({ changedAt }) => changedAt)
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
  })

  test('that is repeated under its Idempotency-Key adds once and is answered alike, twenty at a time and after a close', async () => {
    const id = await createPolicy(worker, valid)
    const again = () => change(`${id}/stock`, { add: 5 }, { 'idempotency-key': 'restock-1' })
    const answers = await Promise.all(Array.from({ length: 20 }, again))
    await change(`${id}/close`)
    answers.push(await again())
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([200, expect.objectContaining({ totalQuantity: 105, status: 'OPEN' })])
    }
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') !== 'true')).toHaveLength(1)
    expect((await historyOf(id)).map(({ kind }) => kind)).toEqual(['created', 'restocked', 'closed'])
  })

  test('with a key that came with another restock adds nothing; another administrator’s key is another key', async () => {
    const [id, other] = [await createPolicy(worker, valid), await createPolicy(worker, valid)]
    const key = { 'idempotency-key': 'restock-2' }
    expect((await change(`${id}/stock`, { add: 5 }, key)).status).toBe(200)
    for (const answer of [
      await change(`${id}/stock`, { add: 6 }, key),
      await change(`${other}/stock`, { add: 5 }, key),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    }
    expect(await change(`${id}/stock`, { add: 5 }, key, 2)).toMatchObject({ status: 200, body: { totalQuantity: 110 } })
    expect(await totalOf(other)).toBe(100)
  })

  test('that was refused leaves its key free', async () => {
    const id = await createPolicy(worker, valid)
    const key = { 'idempotency-key': 'restock-3' }
    const tooMuch = await change(`${id}/stock`, { add: 1_000_000_000 }, key)
    expect(tooMuch).toMatchObject({ status: 409, body: { code: 'COUPON_POLICY_STOCK_LIMIT', totalQuantity: 100 } })
    expect(await change(`${id}/stock`, { add: 7 }, key)).toMatchObject({ status: 200, body: { totalQuantity: 107 } })
  })

  test.each([
    ['add', {}],
    ['add', { add: 0 }],
    ['add', { add: -1 }],
    ['add', { add: 1.5 }],
    ['add', { add: '1' }],
    ['add', { add: 1_000_000_001 }],
    ['colour', { add: 1, colour: 'red' }],
    ['body', ''],
  ])('names the field that is wrong: %s in %j', async (field, body) => {
    const id = await createPolicy(worker, valid)
    const answer = await change(`${id}/stock`, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ field }] } })
    expect(await totalOf(id)).toBe(100)
  })

  test('refuses a key that is none', async () => {
    const id = await createPolicy(worker, valid)
    const answer = await change(`${id}/stock`, { add: 1 }, { 'idempotency-key': 'with space' })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'idempotency-key' }] } })
    expect(await totalOf(id)).toBe(100)
  })
})

describe('POST /api/coupon-policies/{id}/close', () => {
  test('ends the policy now, once, however often it is asked for', async () => {
    const id = await createPolicy(worker, { ...valid, closesAt: '2099-01-01T00:00:00Z' })
    const before = Date.now()
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => change(`${id}/close`)))
    expect(first).toMatchObject({ status: 200, body: { couponPolicyId: id, status: 'CLOSED', totalQuantity: 100 } })
    const closesAt = Date.parse(String(first!.body.closesAt))
    expect(closesAt).toBeGreaterThanOrEqual(before)
    expect(closesAt).toBeLessThanOrEqual(Date.now())
    for (const { status, body } of [...others, await change(`${id}/close`)])
      expect([status, body]).toEqual([200, first!.body])

    const [, event] = await announced(id, 2)
    expect(event).toMatchObject({ closesAt, totalQuantity: 100 })
    expect(await historyOf(id)).toMatchObject([
      { kind: 'created', closes_at: new Date('2099-01-01T00:00:00Z') },
      { kind: 'closed', closes_at: new Date(closesAt), places: {} },
    ])
  })

  test('ends a policy that never opened, and a closed one takes no more stock', async () => {
    const id = await createPolicy(worker, { ...valid, opensAt: '2099-01-01T00:00:00Z' })
    expect(await change(`${id}/close`)).toMatchObject({ status: 200, body: { status: 'CLOSED' } })
    expect(await change(`${id}/stock`, { add: 1 })).toMatchObject({
      status: 409,
      body: { code: 'COUPON_POLICY_CLOSED', couponPolicyId: id },
    })
    expect(await totalOf(id)).toBe(100)
  })
})

describe.each(['stock', 'close'])('both changes: %s', (what) => {
  test('says that there is no such policy, or that this is no id', async () => {
    expect(await change(`999999/${what}`, { add: 1 })).toMatchObject({
      status: 404,
      body: { code: 'COUPON_POLICY_NOT_FOUND', couponPolicyId: 999_999 },
    })
    expect(await change(`0/${what}`, { add: 1 })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } })
  })

  test('is for administrators only', async () => {
    const id = await createPolicy(worker, valid)
    const before = await historyOf(id)
    for (const [token, status] of [
      [await testToken(1), 403],
      [await testToken(1, { admin: true, expired: true }), 401],
      ['nonsense', 401],
    ] as const) {
      expect((await change(`${id}/${what}`, { add: 1 }, { authorization: `Bearer ${token}` })).status).toBe(status)
    }
    expect(await historyOf(id)).toEqual(before)
  })
})

test('sold out, restocked: the same user’s next request gets a coupon', async () => {
  const id = await createPolicy(worker, { ...valid, totalQuantity: 1 })
  const request = (userId: number) => ({ requestId: v7(), couponPolicyId: id, userId, requestedAt: Date.now() })
  const outcomeOf = async (one: ReturnType<typeof request>) => {
    await it.ask([one])
    return waitFor('its outcome', () => it.outcomes.find(({ value }) => value.requestId === one.requestId)?.value)
  }
  expect(await outcomeOf(request(1))).toMatchObject({ userId: 1, rank: 1 })
  expect(await outcomeOf(request(2))).toMatchObject({ userId: 2, reason: 'COUPON_SOLD_OUT' })
  expect(await change(`${id}/stock`, { add: 1 })).toMatchObject({
    status: 200,
    body: { issuedQuantity: 1, remaining: 1, status: 'OPEN' },
  })
  const first = await outcomeOf(request(2))
  expect(first).toMatchObject({ userId: 2, rank: 2 })
  expect(await outcomeOf(request(3))).toMatchObject({ userId: 3, reason: 'COUPON_SOLD_OUT' })
  // From its first request on, the history says, the restock held.
  expect((await historyOf(id)).at(-1)?.places).toEqual({ [first.partition]: first.offset })
})

test('closed: who was accepted before is not too late, who was accepted after is', async () => {
  const id = await createPolicy(worker, valid)
  const { body } = await change(`${id}/close`)
  const closedAt = Date.parse(String(body.closesAt))
  const at = (userId: number, requestedAt: number) => ({ requestId: v7(), couponPolicyId: id, userId, requestedAt })
  const [early, late] = [at(1, closedAt - 1), at(2, closedAt)]
  await it.ask([early, late])
  await it.allAnswered([early, late])
  const outcomeOf = ({ requestId }: typeof early) =>
    it.outcomes.find(({ value }) => value.requestId === requestId)?.value
  expect(outcomeOf(early)).toMatchObject({ rank: 1 })
  expect(outcomeOf(late)).toMatchObject({ reason: 'COUPON_CLOSED' })
})
