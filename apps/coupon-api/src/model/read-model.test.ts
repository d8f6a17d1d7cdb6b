import { testPrefix, testStack } from '@firstcome/testing'
import { Redis } from 'ioredis'
import { v7 } from 'uuid'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { RejectionReason } from '../requests/reasons.ts'
import type { Outcome } from '../requests/request-state.ts'
import { createGuard } from './guard.ts'
import { createReadModel, type ReadModel } from './read-model.ts'
import { requestReader } from './read-requests.ts'
import { type DecidedRequest, outcomeRecorder } from './record-outcomes.ts'
import { pendingWriter } from './remember.ts'
import { base } from './script.ts'

const dayMs = 24 * 60 * 60 * 1000
const periodMs = 7 * dayMs
const redis = new Redis(testStack().redisUrl)
let prefix: string
let model: ReadModel
const connections: Redis[] = [redis]
const prefixes: string[] = []

beforeEach(() => {
  prefix = testPrefix()
  prefixes.push(prefix)
  const own = new Redis(testStack().redisUrl, { keyPrefix: prefix })
  connections.push(own)
  const guard = createGuard({ timeoutMs: 20_000, restMs: 1 }, { info() {}, warn() {} })
  model = createReadModel(own, periodMs, guard)
})

afterAll(async () => {
  for (const used of prefixes) {
    const keys = await redis.keys(`${used}*`)
    if (keys.length > 0) await redis.unlink(...keys)
  }
  for (const connection of connections) connection.disconnect()
})

let offsets = 0
function decided(outcome: Outcome, over: Partial<DecidedRequest> = {}): DecidedRequest {
  return { requestId: v7(), outcome, partition: 3, offset: offsets++, decidedAt: Date.now(), ...over }
}
const issued = (userId: number, rank = userId): Outcome => ({
  status: 'ISSUED',
  userId,
  couponPolicyId: 1,
  couponId: v7(),
  rank,
})
const rejected = (userId: number, reason: RejectionReason = 'COUPON_SOLD_OUT'): Outcome => ({
  status: 'REJECTED',
  userId,
  couponPolicyId: 1,
  reason,
})

test('an outcome delivered again, in any company, counts once', async () => {
  const batch = [decided(issued(1)), decided(issued(2)), decided(rejected(3))]
  expect(await model.recordOutcomes(batch)).toBe(3)
  expect(await model.recordOutcomes([...batch, decided(issued(4))])).toBe(1)
  expect(await model.recordOutcomes([batch[1]!, batch[1]!])).toBe(0)
  expect(await model.issued(1)).toBe(3)
  expect(await model.coupons(2)).toHaveLength(1)
})

test('requests, coupons and standing tell what the outcomes said', async () => {
  const won = decided(issued(7, 1))
  const lost = decided(rejected(8))
  await model.recordOutcomes([won, lost])
  expect((await model.request(won.requestId))?.state).toEqual(won.outcome)
  expect((await model.request(lost.requestId))?.state).toEqual(lost.outcome)
  // Not there, which says nothing while the model is being made.
  await expect(model.request(v7())).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' })
  await redis.set(`${prefix}${base}:complete`, 'now')
  expect(await model.request(v7())).toBeUndefined()
  const { couponId, rank } = won.outcome as Extract<Outcome, { status: 'ISSUED' }>
  expect(await model.coupons(7)).toEqual([{ couponPolicyId: 1, couponId, rank, issuedAt: won.decidedAt }])
  expect(await model.standing({ userId: 7, couponPolicyId: 1 })).toEqual({ alreadyIssued: true, issued: 1 })
  expect(await model.standing({ userId: 8, couponPolicyId: 2 })).toEqual({ alreadyIssued: false, issued: 0 })
})

test('an outcome that is faster than the note of its request is not undone by it', async () => {
  const one = decided(issued(1))
  const { requestId, partition, offset } = one
  await model.recordOutcomes([one])
  await model.remember({ requestId, state: { status: 'PENDING', userId: 1, couponPolicyId: 1, partition, offset } })
  expect((await model.request(requestId))?.state.status).toBe('ISSUED')
})

test('a dead letter that was replayed ends ISSUED, whichever of its two outcomes arrives first', async () => {
  const failed: Outcome = { status: 'FAILED', userId: 1, couponPolicyId: 1, reason: 'COUPON_ISSUE_FAILED' }
  const first = decided(failed)
  const second = { ...first, outcome: issued(1) }
  await model.recordOutcomes([first])
  expect((await model.request(first.requestId))?.state.status).toBe('FAILED')
  await model.recordOutcomes([second])
  await model.recordOutcomes([first])
  expect((await model.request(first.requestId))?.state).toEqual(second.outcome)
})

test('of a request only FAILED is ever followed by another outcome, in whatever order they are told', async () => {
  const failed: Outcome = { status: 'FAILED', userId: 1, couponPolicyId: 1, reason: 'COUPON_ISSUE_FAILED' }
  const first = decided(failed)
  const second = { ...first, outcome: rejected(1) }
  expect(await model.recordOutcomes([first, second])).toBe(2)
  // Delivered again, as after a rebalance or when the model is made again: nothing flips, and nobody is told anything.
  expect(await model.recordOutcomes([first, second, { ...first, outcome: rejected(1, 'COUPON_CLOSED') }])).toBe(0)
  expect((await model.request(first.requestId))?.state).toEqual(rejected(1))
})

test('a request that was written twice stands where its first record does, whichever is noted first', async () => {
  const [requestId, other] = [v7(), v7()]
  const at = (offset: number) => ({ status: 'PENDING', userId: 1, couponPolicyId: 1, partition: 3, offset }) as const
  await model.recordOutcomes([decided(rejected(9), { offset: 40 })])
  expect(await model.remember({ requestId, state: at(50) })).toEqual({ offset: 50, decidedOffset: 40 })
  expect(await model.remember({ requestId, state: at(44) })).toEqual({ offset: 44, decidedOffset: 40 })
  expect(await model.remember({ requestId, state: at(60) })).toEqual({ offset: 44, decidedOffset: 40 })
  expect((await model.request(requestId))?.state).toEqual(at(44))
  // Its note does not touch those of the same batch, nor an outcome.
  const outcome = decided(issued(7))
  await model.recordOutcomes([outcome])
  const noted = await Promise.all([
    model.remember({ requestId: outcome.requestId, state: at(3) }),
    model.remember({ requestId: other, state: { ...at(5), partition: 4 } }),
    model.remember({ requestId, state: at(43) }),
  ])
  expect(noted.map(({ offset }) => offset)).toEqual([3, 5, 43])
  expect(noted[1]!.decidedOffset).toBe(-1)
  expect((await model.request(outcome.requestId))?.state).toEqual(outcome.outcome)
})

test('a pending request tells how far its own partition is decided, and that never goes back', async () => {
  const requestId = v7()
  const state = { status: 'PENDING', userId: 1, couponPolicyId: 1, partition: 3, offset: 1_000 } as const
  await model.remember({ requestId, state })
  expect(await model.request(requestId)).toEqual({ state, decidedOffset: -1 })
  await model.recordOutcomes([
    decided(rejected(2), { offset: 990 }),
    decided(rejected(3), { offset: 980 }),
    decided(rejected(4), { offset: 999_999, partition: 4 }),
  ])
  expect(await model.request(requestId)).toEqual({ state, decidedOffset: 990 })
  await model.recordOutcomes([decided(rejected(5), { offset: 985 })])
  expect((await model.request(requestId))?.decidedOffset).toBe(990)
  expect(await model.progress()).toEqual(
    new Map([
      [3, 990],
      [4, 999_999],
    ]),
  )
})

test('an Idempotency-Key leads to its request and to the policy it was used for', async () => {
  const [requestId, keyId] = [v7(), v7()]
  const state = { status: 'PENDING', userId: 1, couponPolicyId: 5, partition: 0, offset: 0 } as const
  await model.remember({ requestId, state, keyId })
  const same = { userId: 1, couponPolicyId: 5, repeat: { requestId, keyId } }
  const known = { state, decidedOffset: -1 }
  expect(await model.standing(same)).toEqual({ alreadyIssued: false, issued: 0, known, keyUsedFor: 5 })
  const other = { userId: 1, couponPolicyId: 6, repeat: { requestId: v7(), keyId } }
  expect(await model.standing(other)).toEqual({ alreadyIssued: false, issued: 0, keyUsedFor: 5 })
})

test('many who ask in one moment each get their own answer', async () => {
  const winners = Array.from({ length: 700 }, (_, index) => decided(issued(index + 1)))
  await model.recordOutcomes(winners)
  const standings = await Promise.all(
    Array.from({ length: 1_400 }, (_, index) => model.standing({ userId: index + 1, couponPolicyId: 1 })),
  )
  expect(standings.map(({ alreadyIssued }) => alreadyIssued)).toEqual(
    Array.from({ length: 1_400 }, (_, index) => index < 700),
  )
  expect(new Set(standings.map((standing) => standing.issued))).toEqual(new Set([700]))
})

test('only a newer state replaces a policy', async () => {
  const policy = {
    couponPolicyId: 9,
    name: 'Späti | "quoted"',
    totalQuantity: 10,
    opensAt: null,
    closesAt: null,
    ordering: 'STRICT',
    createdAt: 1_000,
    changedAt: 1_000,
  } as const
  await model.savePolicies([policy])
  await model.savePolicies([{ ...policy, totalQuantity: 20, changedAt: 2_000 }, policy])
  expect(await model.policy(9)).toEqual({ ...policy, totalQuantity: 20, changedAt: 2_000 })
  expect(await model.policies()).toHaveLength(1)
  // Not there, which says nothing while the model is being made.
  await expect(model.policy(10)).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' })
  await expect(model.tally([9])).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' })
  await redis.set(`${prefix}${base}:complete`, 'now')
  expect(await model.policy(10)).toBeUndefined()
  expect(await model.tally([])).toEqual({ policies: 1, issued: [] })
})

test('what is issued of many policies is read together', async () => {
  await redis.set(`${prefix}${base}:complete`, 'now')
  await model.recordOutcomes([decided(issued(1)), decided(issued(2))])
  expect(await model.tally([2, 1])).toEqual({ policies: 0, issued: [0, 2] })
})

test('requests of the period before are still found, and every request hash has its end', async () => {
  const own = connections.at(-1)!
  const now = Date.now()
  const requestId = v7()
  const state = { status: 'PENDING', userId: 1, couponPolicyId: 1, partition: 0, offset: 4 } as const
  await pendingWriter(own, periodMs)([{ requestId, state }], now)
  const read = requestReader(own, periodMs)
  expect((await read([requestId], now + periodMs))[0]?.known?.state).toEqual(state)
  expect((await read([requestId], now + 2 * periodMs))[0]?.known).toBeUndefined()

  const hashes = await redis.keys(`${prefix}${base}:r:*`)
  expect(hashes).toHaveLength(1)
  const ttl = await redis.pttl(hashes[0]!)
  expect(ttl).toBeGreaterThan(periodMs)
  expect(ttl).toBeLessThanOrEqual(2 * periodMs)
})

test('an outcome across a period boundary is preferred over the older note', async () => {
  const own = connections.at(-1)!
  const end = Math.ceil(Date.now() / periodMs) * periodMs
  const state = { status: 'PENDING', userId: 1, couponPolicyId: 1, partition: 0, offset: 4 } as const
  const late = decided(issued(1), { decidedAt: end - 1 })
  const early = decided(issued(2), { decidedAt: end - 1 })
  const write = pendingWriter(own, periodMs)
  const record = outcomeRecorder(own, periodMs)
  await write([{ requestId: late.requestId, state }], end - 1)
  await record([late], end + 1)
  await record([early], end - 1)
  await write([{ requestId: early.requestId, state }], end + 1)
  const found = await requestReader(own, periodMs)([late.requestId, early.requestId], end + 1)
  expect(found.map(({ known }) => known?.state.status)).toEqual(['ISSUED', 'ISSUED'])
})

test('a coupon that is told of long after counts, but its request is not kept', async () => {
  const old = decided(issued(1), { decidedAt: Date.now() - 3 * periodMs })
  await model.recordOutcomes([old])
  await redis.set(`${prefix}${base}:complete`, 'now')
  expect(await model.issued(1)).toBe(1)
  expect(await model.request(old.requestId)).toBeUndefined()
})

test('a request takes at most 200 bytes of Redis, half of them issued', async () => {
  const count = 40_000
  for (let first = 0; first < count; first += 500) {
    await model.recordOutcomes(
      Array.from({ length: 500 }, (_, index) => {
        const userId = 1_000_000 + first + index
        return decided(index % 2 === 0 ? issued(userId, first + index) : rejected(userId))
      }),
    )
  }
  const perRequest = (await memoryOf(await redis.keys(`${prefix}*`))) / count
  expect(perRequest).toBeGreaterThan(40)
  expect(perRequest).toBeLessThanOrEqual(200)
})

/** Bytes of these keys alone (the server is shared), with what their expiry costs on top. */
async function memoryOf(keys: string[]): Promise<number> {
  const expiryBytes = 32
  const pipeline = redis.pipeline()
  for (const key of keys) pipeline.memory('USAGE', key, 'SAMPLES', 0)
  const sizes = (await pipeline.exec()) ?? []
  return sizes.reduce((sum, [, bytes]) => sum + Number(bytes) + expiryBytes, 0)
}
