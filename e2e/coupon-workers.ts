import { setTimeout as pause } from 'node:timers/promises'
import { host } from '@firstcome/local'
import { processesOf } from './replicas.ts'
import { query } from './system.ts'

/**
 * The name of the coupon-worker that decides at this moment: the first that counts more than before. Looks often: a worker
 * that has been away for the length of a session decides all that waited within a second or two.
 */
export async function workerAtWork(timeoutMs = 60_000): Promise<string> {
  const deadline = performance.now() + timeoutMs
  for (let before = await decided(); ; await pause(10)) {
    const now = await decided()
    const busiest = [...now]
      .map(([name, count]) => [count - (before.get(name) ?? count), name] as const)
      .sort(descending)
    if (busiest[0] && busiest[0][0] > 0) return busiest[0][1]
    if (performance.now() > deadline) throw new Error(`no coupon-worker has decided anything within ${timeoutMs} ms`)
    before = now
  }
}

const descending = ([a]: readonly [number, string], [b]: readonly [number, string]) => b - a

/** How many requests each worker has answered since it started; one that is away is left out. */
async function decided(): Promise<Map<string, number>> {
  const counts = await Promise.all(
    processesOf('coupon-worker').map(async ({ name, port }) => {
      const text = await fetch(`http://${host}:${port}/metrics`).then(
        (response) => response.text(),
        () => undefined,
      )
      const lines = text?.match(/^coupon_outcomes_total\{.*\} \d+$/gm) ?? []
      const sum = lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
      return text === undefined ? [] : [[name, sum] as const]
    }),
  )
  return new Map(counts.flat())
}

export interface Ledger {
  coupons: number
  users: number
  requests: number
  last: number
  /** Whether every rank is the place in the log. */
  inOrder: boolean
}

const sql = `
  SELECT count(*)::int AS coupons, count(DISTINCT user_id)::int AS users, count(DISTINCT request_id)::int AS requests,
         max(rank)::int AS last, bool_and(rank = place) AS "inOrder"
  FROM (SELECT *, row_number() OVER (ORDER BY partition, log_offset) AS place FROM coupons WHERE policy_id = $1) AS placed`

/** What the worker's database says of the coupons of a policy. */
export async function ledgerOf(couponPolicyId: number): Promise<Ledger> {
  const [ledger] = await query<Ledger>('coupon', sql, couponPolicyId)
  return ledger!
}

/** How many coupons of a policy are issued, as its worker's database says; undefined while that does not answer. */
export async function issuedOf(couponPolicyId: number): Promise<number | undefined> {
  const count = 'SELECT issued::int FROM coupon_policies WHERE id = $1'
  const [policy] = await query<{ issued: number }>('coupon', count, couponPolicyId).catch(() => [])
  return policy?.issued
}
