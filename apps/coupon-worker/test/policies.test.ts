import { testToken, waitFor } from '@firstcome/testing'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { createPolicy, postPolicy, stage } from './stage.ts'

const it = await stage()
const worker = await it.startWorker()
const valid = { name: 'Spring sale', totalQuantity: 100 }

describe('POST /api/coupon-policies', () => {
  test('makes a policy, says where it is, and announces it', async () => {
    const window = { opensAt: '2099-01-01T09:00:00+09:00', closesAt: '2099-01-02T00:00:00Z' }
    const response = await postPolicy(worker, { ...valid, ...window, ordering: 'relaxed' })
    expect(response.status).toBe(201)
    const policy = (await response.json()) as Record<string, unknown>
    expect(response.headers.get('location')).toBe(`/api/coupon-policies/${policy.couponPolicyId}`)
    expect(policy).toEqual({
      couponPolicyId: 1,
      ...valid,
      issuedQuantity: 0,
      remaining: 100,
      status: 'SCHEDULED',
      opensAt: '2099-01-01T00:00:00.000Z',
      closesAt: '2099-01-02T00:00:00.000Z',
      ordering: 'relaxed',
    })
    const event = await waitFor('the announcement', () => it.policies.find(({ value }) => value.couponPolicyId === 1))
    expect(event.key).toBe('1')
    expect(event.value).toMatchObject({
      ...valid,
      ordering: 'RELAXED',
      opensAt: Date.UTC(2099, 0, 1),
      closesAt: Date.UTC(2099, 0, 2),
    })
  })

  test('is open at once, without end and strict, unless told otherwise', async () => {
    const response = await postPolicy(worker, valid)
    expect(await response.json()).toMatchObject({ status: 'OPEN', opensAt: null, closesAt: null, ordering: 'strict' })
  })

  test.each([
    ['name', { totalQuantity: 1 }],
    ['name', { ...valid, name: '  ' }],
    ['name', { ...valid, name: 'x'.repeat(101) }],
    ['name', { ...valid, name: 'a\u0000b' }],
    ['totalQuantity', { ...valid, totalQuantity: 0 }],
    ['totalQuantity', { ...valid, totalQuantity: -5 }],
    ['totalQuantity', { ...valid, totalQuantity: 1.5 }],
    ['totalQuantity', { ...valid, totalQuantity: '10' }],
    ['totalQuantity', { ...valid, totalQuantity: 1_000_000_001 }],
    ['opensAt', { ...valid, opensAt: 'tomorrow' }],
    ['opensAt', { ...valid, opensAt: '2099-01-01T09:00:00' }],
    ['closesAt', { ...valid, opensAt: '2099-01-02T00:00:00Z', closesAt: '2099-01-02T09:00:00+09:00' }],
    ['ordering', { ...valid, ordering: 'random' }],
    ['colour', { ...valid, colour: 'red' }],
  ])('names the field that is wrong: %s in %j', async (field, body) => {
    const before = await countPolicies()
    const response = await postPolicy(worker, body)
    expect(response.status).toBe(400)
    const problem = (await response.json()) as { code: string; errors: { field: string }[] }
    expect(problem.code).toBe('VALIDATION_FAILED')
    expect(problem.errors.map((error) => error.field)).toContain(field)
    expect(await countPolicies()).toBe(before)
  })

  test('is for administrators only', async () => {
    const before = await countPolicies()
    expect((await postPolicy(worker, valid, await testToken(1))).status).toBe(403)
    expect((await postPolicy(worker, valid, await testToken(1, { admin: true, expired: true }))).status).toBe(401)
    expect((await postPolicy(worker, valid, 'nonsense')).status).toBe(401)
    expect(await countPolicies()).toBe(before)
  })
})

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

interface Changed {
  status: number
  headers: Headers
  body: { totalQuantity: number; [member: string]: unknown }
}

/** As an administrator, `admin` by default the first; `body` as text is sent as it is. */
async function change(path: string, body?: unknown, headers: Record<string, string> = {}, admin = 1): Promise<Changed> {
  const response = await fetch(`${worker.url}/api/coupon-policies/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await testToken(admin, { admin: true })}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Changed['body'] }
}

/** What was said of a policy in the log, in its order, once there are so many. */
function announced(id: number, count: number) {
  return waitFor(`${count} announcements of policy ${id}`, () => {
    const events = it.policies.filter(({ value }) => value.couponPolicyId === id).map(({ value }) => value)
    return events.length >= count && events
  })
}

async function historyOf(id: number): Promise<{ kind: string; places: Record<string, number> }[]> {
  const columns = ['kind', 'total_quantity', 'closes_at', 'places', 'at']
  return it.db('policy_history').where({ policy_id: id }).orderBy('id').select(columns)
}

async function totalOf(id: number): Promise<number> {
  return (await it.db('coupon_policies').where({ id }).first('total_quantity')).total_quantity
}

async function countPolicies(): Promise<number> {
  const { rows } = await it.db.raw('SELECT count(*) AS count FROM coupon_policies')
  return rows[0].count
}
