import type { Policy } from '../model/policy-store.ts'

export interface Policies {
  /** From memory, without a wait: the hot path. */
  known(couponPolicyId: number): Policy | undefined
  /**
   * As `known`, but a policy that this replica has not heard of is looked up and waited for, as its event may be on its
   * way. Undefined when it is certain that there is none; rejects with `ReadModelAway` when nobody can tell.
   */
  find(couponPolicyId: number): Promise<Policy | undefined>
  learn(policy: Policy): void
}

export interface PoliciesOptions {
  lookUp: (couponPolicyId: number) => Promise<Policy | undefined>
  /** How long to wait for a policy nobody has heard of, in milliseconds. */
  patienceMs: number
  /** How long "there is none" is remembered without another wait, in milliseconds. */
  absenceMs: number
  /** How many unknown ids are waited for, and remembered as absent, at the same time. */
  most?: number
  now?: () => number
}

/**
 * All policies in memory. A flood of ids that do not exist stays cheap: one wait for an id however many ask for it, a
 * bounded number of ids at a time, and no second wait until `absenceMs` has passed. An event ends both at once.
 */
export function createPolicies({
  lookUp,
  patienceMs,
  absenceMs,
  most = 1_000,
  now = performance.now.bind(performance),
}: PoliciesOptions): Policies {
  const policies = new Map<number, Policy>()
  const awaited = new Map<number, { found: Promise<Policy | undefined>; arrived: (policy: Policy) => void }>()
  const absentUntil = new Map<number, number>()

  function learn(policy: Policy): void {
    const id = policy.couponPolicyId
    const before = policies.get(id)
    if (before && before.changedAt > policy.changedAt) return
    policies.set(id, policy)
    absentUntil.delete(id)
    awaited.get(id)?.arrived(policy)
  }

  async function waitFor(id: number): Promise<Policy | undefined> {
    const arrival = Promise.withResolvers<Policy | undefined>()
    let timer: NodeJS.Timeout | undefined
    const found = (async () => {
      const stored = await lookUp(id)
      if (stored) return stored
      timer = setTimeout(arrival.resolve, patienceMs, undefined)
      // The announcement is no promise (its connection may be down), so the end of the wait is one more look.
      return (await arrival.promise) ?? (await lookUp(id))
    })()
    awaited.set(id, { found, arrived: arrival.resolve })
    try {
      const policy = await found
      if (policy) learn(policy)
      else rememberAbsent(id)
      return policies.get(id)
    } finally {
      clearTimeout(timer)
      awaited.delete(id)
    }
  }

  function rememberAbsent(id: number): void {
    if (absentUntil.size >= most) absentUntil.delete(absentUntil.keys().next().value!)
    absentUntil.delete(id)
    absentUntil.set(id, now() + absenceMs)
  }

  return {
    known: (id) => policies.get(id),
    learn,
    async find(id) {
      const policy = policies.get(id)
      if (policy) return policy
      if ((absentUntil.get(id) ?? 0) > now()) return undefined
      const already = awaited.get(id)
      if (already) return already.found
      // Beyond the bound: look, do not wait.
      return awaited.size < most ? waitFor(id) : lookUp(id)
    },
  }
}
