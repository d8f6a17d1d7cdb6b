import type { Redis } from 'ioredis'
import { coalesce } from './coalesce.ts'
import { couponsOf, type OwnedCoupon } from './coupons.ts'
import { type Guard, ReadModelAway } from './guard.ts'
import { type Ask, type Standing, standingReader } from './look-up.ts'
import {
  type Policy,
  policyWriter,
  readIssued,
  readPolicies,
  readPolicy,
  readTally,
  type Tally,
} from './policy-store.ts'
import { type KnownRequest, readProgress, requestReader } from './read-requests.ts'
import { type DecidedRequest, outcomeRecorder } from './record-outcomes.ts'
import { type AcceptedRequest, type Noted, pendingWriter } from './remember.ts'

/** What the service knows of policies, requests and coupons; all of it comes from topics and can be made again from them. */
export interface ReadModel {
  /** For HTTP: all reject with `ReadModelAway` when there is no answer in time. */
  standing(ask: Ask): Promise<Standing>
  remember(request: AcceptedRequest): Promise<Noted>
  /** Undefined for certain: rejects while the model is being made again and does not hold it. */
  request(requestId: string): Promise<KnownRequest | undefined>
  coupons(userId: number): Promise<OwnedCoupon[]>
  /** Undefined for certain: rejects while the model is being made again and does not hold it. */
  policy(couponPolicyId: number): Promise<Policy | undefined>
  everyPolicy(): Promise<Policy[]>
  /** Rejects while the model is being made again. */
  tally(couponPolicyIds: number[]): Promise<Tally>
  issued(couponPolicyId: number): Promise<number>
  available(): boolean

  /** For consumers and for catching up: reject with the client's own error. */
  recordOutcomes(decided: DecidedRequest[]): Promise<number>
  savePolicies(policies: Policy[]): Promise<void>
  requests(requestIds: string[]): Promise<(KnownRequest | undefined)[]>
  policies(): Promise<Policy[]>
  progress(): Promise<Map<number, number>>
}

/** `periodMs`: how long states of requests are kept at least, see `request-store.ts`. */
export function createReadModel(redis: Redis, periodMs: number, guard: Guard): ReadModel {
  const readStandings = standingReader(redis, periodMs)
  const writePending = pendingWriter(redis, periodMs)
  const readRequests = requestReader(redis, periodMs)
  const readRequest = coalesce((ids: string[]) => guard(() => readRequests(ids, Date.now())))
  const record = outcomeRecorder(redis, periodMs)

  return {
    standing: coalesce((asks) => guard(() => readStandings(asks, Date.now()))),
    remember: coalesce((requests) => guard(() => writePending(requests, Date.now()))),
    async request(requestId) {
      const { known, complete } = await readRequest(requestId)
      if (!known && !complete) throw beingMade()
      return known
    },
    coupons: (userId) => guard(() => couponsOf(redis, userId)),
    async policy(couponPolicyId) {
      const { complete, policy } = await guard(() => readPolicy(redis, couponPolicyId))
      if (!policy && !complete) throw beingMade()
      return policy
    },
    everyPolicy: () => guard(() => readPolicies(redis)),
    async tally(couponPolicyIds) {
      const { complete, ...tally } = await guard(() => readTally(redis, couponPolicyIds))
      if (!complete) throw beingMade()
      return tally
    },
    issued: (couponPolicyId) => guard(() => readIssued(redis, couponPolicyId)),
    available: guard.available,

    recordOutcomes: (decided) => record(decided, Date.now()),
    savePolicies: policyWriter(redis),
    requests: async (ids) => (await readRequests(ids, Date.now())).map(({ known }) => known),
    policies: () => readPolicies(redis),
    progress: () => readProgress(redis),
  }
}

/** Not through the guard: the store does answer. */
function beingMade(): ReadModelAway {
  return new ReadModelAway(new Error('the read model is being made again'))
}
