import { type TestApp, waitFor } from '@firstcome/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PolicyView } from '../src/policies/policy-view.ts'
import { ask, call, type Harness, harness, knownPolicy } from './harness.ts'

let h: Harness
/** Two replicas: each hears of some changes only through the other. */
let apis: [TestApp, TestApp]
let api: TestApp
beforeAll(async () => {
  h = await harness()
  apis = await Promise.all([h.startApi(), h.startApi()])
  api = apis[0]
})

const settled = (app: TestApp, userId: number, requestId: unknown) =>
  waitFor(`the outcome of ${requestId}`, async () => {
    const { status, body } = await call(app, 'GET', `/api/coupon-requests/${requestId}`, { as: userId })
    return status === 200 && body.status !== 'PENDING' && body
  })

test('sold out is over with a restock, on every replica and for those who were refused before', async () => {
  const policy = await knownPolicy(h, api, { totalQuantity: 1 })
  const { couponPolicyId } = policy
  const [winner, loser] = [
    await ask(api, 1, couponPolicyId, { 'idempotency-key': 'first' }),
    await ask(api, 2, couponPolicyId),
  ]
  await h.issue(await h.requestOf(winner.body.requestId), 1)
  await h.refuse(await h.requestOf(loser.body.requestId), 'COUPON_SOLD_OUT')
  expect(await settled(api, 2, loser.body.requestId)).toMatchObject({ status: 'REJECTED', reason: 'COUPON_SOLD_OUT' })
  for (const app of apis) {
    await waitFor(
      'the refusal at once',
      async () => (await ask(app, 3, couponPolicyId)).body.code === 'COUPON_SOLD_OUT',
    )
  }

  await h.policy({ ...policy, totalQuantity: 2, changedAt: policy.changedAt + 1 })
  const again = await Promise.all(
    apis.map((app) =>
      waitFor('the request to be taken', async () => {
        const answer = await ask(app, 2, couponPolicyId, { 'idempotency-key': 'after-the-restock' })
        return answer.status === 202 && answer
      }),
    ),
  )
  const { requestId } = again[0]!.body
  expect(again[1]!.body.requestId).toBe(requestId)
  await h.issue(await h.requestOf(requestId), 2)
  for (const app of apis) expect(await settled(app, 2, requestId)).toMatchObject({ status: 'ISSUED', rank: 2 })
  expect((await call(apis[1], 'GET', `/api/coupon-policies/${couponPolicyId}`)).body).toMatchObject({
    totalQuantity: 2,
    issuedQuantity: 2,
    status: 'SOLD_OUT',
  })
})

test('a policy that was looked for before it was made is there the moment it is', async () => {
  const hasty = await h.startApi({ COUPON_POLICY_WAIT_MS: '3000' })
  const toBe = 7_001
  expect((await ask(hasty, 45, toBe)).body.code).toBe('COUPON_POLICY_NOT_FOUND')
  const asked = ask(hasty, 45, toBe)
  await h.policy({ couponPolicyId: toBe })
  expect((await asked).status).toBe(202)
  await hasty.stop()
})

describe('while a replica has just died', () => {
  let alone: Harness
  beforeAll(async () => {
    alone = await harness()
  })

  test('a policy that is made is never said not to be', async () => {
    const env = { COUPON_POLICY_WAIT_MS: '1000', KAFKA_SESSION_TIMEOUT_MS: '6000' }
    const [one, other] = await Promise.all([alone.startApi(env), alone.startApi(env)])
    for (const app of [one, other]) await knownPolicy(alone, app)
    await one.kill()

    const policies = await Promise.all(Array.from({ length: 10 }, () => alone.policy()))
    // Half of the partitions have no reader in the group until the dead one is missed. This replica reads them all itself.
    const answers = await Promise.all(policies.map(({ couponPolicyId }) => ask(other, 1, couponPolicyId)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    // Of what is not there the group has the last word.
    await waitFor('everything to be heard', async () => (await ask(other, 1, 999_999)).status === 404)
  }, 120_000)
})

describe('GET /api/coupon-policies', () => {
  const now = Date.now()
  /** Beyond those of other tests. */
  const first = 10_000
  const list = async (query: string, app = api) => {
    const { status, body } = await call(app, 'GET', `/api/coupon-policies${query}`)
    expect(status, JSON.stringify(body)).toBe(200)
    return body as { items: PolicyView[]; next: number | null } & Record<string, unknown>
  }
  const ids = ({ items }: { items: PolicyView[] }) => items.map(({ couponPolicyId }) => couponPolicyId - first)

  beforeAll(async () => {
    for (const [couponPolicyId, over] of Object.entries({
      10001: { closesAt: now - 1 },
      10003: { opensAt: now + 3_600_000 },
      10002: {},
      10020: { totalQuantity: 1, name: 'One' },
      10100: { closesAt: now + 3_600_000, ordering: 'RELAXED' as const },
    })) {
      await h.policy({ couponPolicyId: Number(couponPolicyId), ...over })
    }
    const taken = await ask(api, 1, 10_020)
    expect(taken.status, JSON.stringify(taken.body)).toBe(202)
    await h.issue(await h.requestOf(taken.body.requestId), 1)
    for (const app of apis) {
      await waitFor('every policy', async () => ids(await list(`?after=${first}`, app)).length === 5)
      await waitFor('the coupon', async () =>
        (await list('?status=SOLD_OUT', app)).items.some(({ name }) => name === 'One'),
      )
    }
  })

  test('lists them by id, each as it is shown alone, on every replica', async () => {
    for (const app of apis) {
      const { items, next } = await list(`?after=${first}`, app)
      expect(ids({ items })).toEqual([1, 2, 3, 20, 100])
      expect(next).toBeNull()
      for (const item of items) {
        expect(item).toEqual((await call(app, 'GET', `/api/coupon-policies/${item.couponPolicyId}`)).body)
      }
    }
  })

  test('page by page', async () => {
    const seen: number[] = []
    let next: number | null = first
    const sizes: number[] = []
    while (next !== null) {
      const page: { items: PolicyView[]; next: number | null } = await list(`?limit=2&after=${next}`)
      seen.push(...ids(page))
      sizes.push(page.items.length)
      next = page.next
    }
    expect([seen, sizes]).toEqual([
      [1, 2, 3, 20, 100],
      [2, 2, 1],
    ])
  })

  test.each([
    ['CLOSED', [1]],
    ['SCHEDULED', [3]],
    ['SOLD_OUT', [20]],
    ['OPEN', [2, 100]],
  ])('only those that are %s', async (status, expected) => {
    expect(ids(await list(`?after=${first}&status=${status}`))).toEqual(expected)
  })

  test('a page has 50 unless told otherwise', async () => {
    const from = 20_000
    for (let id = 1; id <= 51; id++) await h.policy({ couponPolicyId: from + id })
    await waitFor('all of them', async () => (await list(`?after=${from}&limit=200`)).items.length === 51)
    const page = await list(`?after=${from}`)
    expect([page.items.length, page.next]).toEqual([50, from + 50])
  })

  test.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=201'],
    ['limit', 'limit=1.5'],
    ['limit', 'limit='],
    ['after', 'after=0'],
    ['after', 'after=-1'],
    ['after', 'after=x'],
    ['status', 'status=open'],
    ['sort', 'sort=asc'],
  ])('names what is wrong: %s in ?%s', async (field, query) => {
    expect(await call(api, 'GET', `/api/coupon-policies?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ field }] },
    })
  })
})
