import { testToken, waitFor } from '@firstcome/testing'
import { describe, expect, test } from 'vitest'
import { policyDesk } from './policy-desk.ts'
import { postPolicy, stage } from './stage.ts'

const it = await stage()
const worker = await it.startWorker()
const { countPolicies } = policyDesk(it, worker)
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
