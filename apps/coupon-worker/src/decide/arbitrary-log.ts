import fc from 'fast-check'
import type { PlacedRequest, Policy } from './decide.ts'

/** Little room on purpose: few users, few coupons, few moments, so that every rule meets every other one. */
const POLICIES = 3
const USERS = 8
const MOMENTS = 12

const moment = fc.integer({ min: 0, max: MOMENTS })

const policy = fc.record({
  totalQuantity: fc.integer({ min: 1, max: 5 }),
  window: fc
    .tuple(fc.option(moment), fc.option(moment))
    .filter(([opens, closes]) => opens === null || closes === null || closes > opens),
})

/** Policies 1…3; requests may also ask for one that does not exist. */
export const arbitraryPolicies: fc.Arbitrary<Omit<Policy, 'issued'>[]> = fc
  .array(policy, { minLength: 1, maxLength: POLICIES })
  .map((drawn) =>
    drawn.map(({ totalQuantity, window: [opensAt, closesAt] }, i) => ({ id: i + 1, totalQuantity, opensAt, closesAt })),
  )

/** One partition of the log: requests, some of them a second copy of an earlier one, accepted at another moment. */
export const arbitraryLog: fc.Arbitrary<PlacedRequest[]> = fc
  .array(
    fc.record({
      couponPolicyId: fc.integer({ min: 1, max: POLICIES + 1 }),
      userId: fc.integer({ min: 1, max: USERS }),
      requestedAt: moment,
      copyOf: fc.option(fc.nat({ max: 60 }), { freq: 4 }),
      skipped: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((drawn) => {
    const log: PlacedRequest[] = []
    let offset = 0
    for (const { copyOf, skipped, ...asked } of drawn) {
      offset += skipped
      const original = copyOf === null ? undefined : log[copyOf]
      const request = original
        ? { ...original, requestedAt: asked.requestedAt }
        : { ...asked, requestId: requestId(log.length) }
      log.push({ ...request, partition: 0, offset })
      offset += 1
    }
    return log
  })

/** Where to cut a log into batches: sizes, used in turn. */
export const arbitraryCuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 })

export function cut<T>(log: T[], sizes: number[]): T[][] {
  const batches: T[][] = []
  for (let at = 0, i = 0; at < log.length; i += 1) {
    const size = sizes[i % sizes.length]!
    batches.push(log.slice(at, at + size))
    at += size
  }
  return batches
}

function requestId(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}
