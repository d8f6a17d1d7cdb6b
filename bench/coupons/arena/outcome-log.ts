import { readLog } from '../../arena/read-log.ts'
import type { CouponArena } from './arena.ts'

/** What was told about one policy, by the broker's clock. Times are epoch milliseconds. */
export interface Told {
  completed: number
  failed: number
  /** How many outcomes came into the log at each moment at which some did. */
  moments: Map<number, number>
  first: number
  last: number
}

/** Reads all outcomes, by policy. */
export async function readOutcomes(arena: CouponArena): Promise<Map<number, Told>> {
  const { completed, failed } = arena.topics
  const told = new Map<number, Told>()
  await readLog(arena, [completed, failed], ({ key, timestamp }, topic) =>
    note(told, Number(key!.toString()), topic === completed ? 'completed' : 'failed', Number(timestamp)),
  )
  return told
}

function note(told: Map<number, Told>, policyId: number, kind: 'completed' | 'failed', at: number): void {
  let policy = told.get(policyId)
  if (!policy) {
    policy = { completed: 0, failed: 0, moments: new Map(), first: at, last: at }
    told.set(policyId, policy)
  }
  policy[kind] += 1
  policy.moments.set(at, (policy.moments.get(at) ?? 0) + 1)
  if (at < policy.first) policy.first = at
  if (at > policy.last) policy.last = at
}

/** Outcomes of these policies that were there at this time. */
export function toldBy(time: number, policies: Told[]): number {
  let count = 0
  for (const { moments } of policies) for (const [at, some] of moments) if (at <= time) count += some
  return count
}
