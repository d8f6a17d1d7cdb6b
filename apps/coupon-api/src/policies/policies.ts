import { ReadModelAway } from '../model/guard.ts'
import type { Policy } from '../model/policy-store.ts'

export interface Policies {
  /** From memory, without a wait: the hot path. */
  known(couponPolicyId: number): Policy | undefined
  /**
   * As `known`, but a policy that this replica has not heard of is looked up and waited for, as its event may be on its
   * way. Undefined when the wait is over, all has been heard, and there is none; rejects with `ReadModelAway` when nobody
   * can tell.
   */
  find(couponPolicyId: number): Promise<Policy | undefined>
  /** From memory, at most `count` whose ids come after this one, in the order of their ids. */
  after(couponPolicyId: number, count: number): Policy[]
  learn(policy: Policy): void
  readonly size: number
}

export interface PoliciesOptions {
  lookUp: (couponPolicyId: number) => Promise<Policy | undefined>
  /** Whether all that was said of policies has been heard; see `heard-all.ts`. */
  heardAll: () => Promise<boolean>
  /** How long to wait for a policy nobody has heard of, in milliseconds; a tenth less for who joins the wait of another. */
  patienceMs: number
  /** How many waits there are at the same time. Beyond, nobody can tell. */
  most?: number
  now?: () => number
}

/** Ends with the policy as soon as it is there. */
interface Wait {
  since: number
  found: Promise<Policy | undefined>
  arrived: (policy: Policy) => void
}

/**
 * All policies in memory. That there is no such policy is never remembered: an administrator may have made it since, and
 * been told so. A flood of ids that do not exist stays cheap all the same: who asks for an id that somebody has begun to
 * wait for just now shares that wait, and the number of waits is bounded.
 */
export function createPolicies({
  lookUp,
  heardAll,
  patienceMs,
  most = 1_000,
  now = performance.now.bind(performance),
}: PoliciesOptions): Policies {
  const policies = new Map<number, Policy>()
  const waits = new Map<number, Wait[]>()
  let waiting = 0
  let ids: number[] | undefined

  function learn(policy: Policy): void {
    const id = policy.couponPolicyId
    const before = policies.get(id)
    if (before && before.changedAt > policy.changedAt) return
    if (!before) ids = undefined
    policies.set(id, policy)
    for (const wait of waits.get(id) ?? []) wait.arrived(policy)
  }

  async function search(id: number, arrival: Promise<Policy>): Promise<Policy | undefined> {
    const stored = await lookUp(id)
    if (stored) return stored
    const patience = Promise.withResolvers<undefined>()
    const timer = setTimeout(patience.resolve, patienceMs, undefined)
    try {
      const arrived = await Promise.race([arrival, patience.promise])
      if (arrived) return arrived
    } finally {
      clearTimeout(timer)
    }
    const heard = await heardAll().catch(() => false)
    // The announcement is no promise (its connection may be down), so the end of the wait is one more look.
    const policy = policies.get(id) ?? (await lookUp(id))
    if (!policy && !heard) throw cannotTell('its event may not have been heard yet')
    return policy
  }

  async function waitFor(id: number): Promise<Policy | undefined> {
    const arrival = Promise.withResolvers<Policy>()
    const wait: Wait = { since: now(), found: search(id, arrival.promise), arrived: arrival.resolve }
    waits.set(id, [...(waits.get(id) ?? []), wait])
    waiting++
    try {
      const policy = await wait.found
      if (policy) learn(policy)
      return policies.get(id)
    } finally {
      waiting--
      const others = (waits.get(id) ?? []).filter((one) => one !== wait)
      if (others.length > 0) waits.set(id, others)
      else waits.delete(id)
    }
  }

  return {
    known: (id) => policies.get(id),
    learn,
    async find(id) {
      const policy = policies.get(id)
      if (policy) return policy
      const last = waits.get(id)?.at(-1)
      if (last && now() - last.since < patienceMs / 10) {
        const found = await last.found
        return policies.get(id) ?? found
      }
      if (waiting >= most) throw cannotTell('too many wait for policies that nobody has heard of')
      return waitFor(id)
    },
    after(id, count) {
      ids ??= [...policies.keys()].sort((a, b) => a - b)
      const first = ids.findIndex((one) => one > id)
      return first < 0 ? [] : ids.slice(first, first + count).map((one) => policies.get(one)!)
    },
    get size() {
      return policies.size
    },
  }
}

function cannotTell(why: string): ReadModelAway {
  return new ReadModelAway(new Error(why))
}
