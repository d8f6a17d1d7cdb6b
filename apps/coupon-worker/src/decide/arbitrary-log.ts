import fc from 'fast-check'
import type { PlacedRequest } from './decide.ts'
import type { Incident } from './one-at-a-time.ts'
import type { PolicyTerms } from './shelf.ts'

/** Little room on purpose: few users, few coupons, few moments, so that every rule meets every other one. */
const POLICIES = 3
const USERS = 8
const MOMENTS = 12
const LENGTH = 60

const moment = fc.integer({ min: 0, max: MOMENTS })

const policy = fc.record({
  totalQuantity: fc.integer({ min: 1, max: 5 }),
  ordering: fc.constantFrom('strict' as const, 'strict' as const, 'relaxed' as const),
  window: fc
    .tuple(fc.option(moment), fc.option(moment))
    .filter(([opens, closes]) => opens === null || closes === null || closes > opens),
})

/** Policies 1…3; requests may also ask for one that does not exist. */
export const arbitraryPolicies: fc.Arbitrary<PolicyTerms[]> = fc
  .array(policy, { minLength: 1, maxLength: POLICIES })
  .map((drawn) =>
    drawn.map(({ window: [opensAt, closesAt], ...terms }, i) => ({ id: i + 1, ...terms, opensAt, closesAt })),
  )

/** One partition of the log: requests, some of them a second copy of an earlier one, accepted at another moment. */
export const arbitraryLog: fc.Arbitrary<PlacedRequest[]> = fc
  .array(
    fc.record({
      couponPolicyId: fc.integer({ min: 1, max: POLICIES + 1 }),
      userId: fc.integer({ min: 1, max: USERS }),
      requestedAt: moment,
      copyOf: fc.option(fc.nat({ max: LENGTH }), { freq: 4 }),
      skipped: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: LENGTH },
  )
  .map((drawn) => {
    const repeated = new Set(drawn.map(({ copyOf }) => copyOf))
    const log: PlacedRequest[] = []
    let offset = 0
    for (const { copyOf, skipped, ...asked } of drawn) {
      offset += skipped
      const original = copyOf === null ? undefined : log[copyOf]
      const request = original
        ? { ...original, requestedAt: asked.requestedAt }
        : { ...asked, requestId: requestId(log.length, repeated.has(log.length)) }
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

/** What happens beside the log: `failing` by index; `before[i]` happens before request `i` is read, the last ones after the end. */
export interface Story {
  failing: Set<number>
  before: Incident[][]
}

const failure = fc.record({ at: fc.nat({ max: LENGTH }), after: fc.nat({ max: 20 }), dies: fc.boolean() })
const restock = fc.record({
  kind: fc.constant('restock' as const),
  policyId: fc.integer({ min: 1, max: POLICIES }),
  add: fc.integer({ min: 1, max: 3 }),
})
const close = fc.record({
  kind: fc.constant('close' as const),
  policyId: fc.integer({ min: 1, max: POLICIES }),
  closesAt: moment,
})
const change = fc.tuple(fc.nat({ max: LENGTH }), fc.oneof({ weight: 3, arbitrary: restock }, close))

/** Requests that fail, to be decided later or given up; with `changes` administrators too. */
export function arbitraryStory({ deaths, changes }: { deaths: boolean; changes: boolean }): fc.Arbitrary<Story> {
  const failures = fc.array(failure, { maxLength: 12 })
  return fc.tuple(failures, fc.array(change, { maxLength: changes ? 5 : 0 })).map(([failed, changed]) => {
    const failing = new Set<number>()
    const before: Incident[][] = Array.from({ length: 2 * LENGTH }, () => [])
    for (const { at, after, dies } of failed) {
      if (failing.has(at)) continue
      failing.add(at)
      before[at + 1 + after]!.push({ kind: deaths && dies ? 'death' : 'retry', index: at })
    }
    for (const [at, incident] of changed) before[at]!.push(incident)
    return { failing, before }
  })
}

/** Version 5 where a copy follows, as of an Idempotency-Key: only those are remembered when they are sold out. */
function requestId(n: number, repeated: boolean): string {
  return `00000000-0000-${repeated ? 5 : 7}000-8000-${n.toString(16).padStart(12, '0')}`
}
