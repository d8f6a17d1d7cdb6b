import type { Database } from '../../arena/database.ts'
import type { Told } from '../arena/outcome-log.ts'
import type { Coupon } from './coupon.ts'
import type { Drainer } from './drainer.ts'

/** @throws where not every request was told one outcome, or the wrong number of them a coupon. */
export function checkTold(
  { name, decides }: Drainer,
  all: Told[],
  total: number,
  measured: (Told | undefined)[],
  coupons: Coupon[],
): void {
  const sum = all.reduce((so, { completed, failed }) => so + completed + failed, 0)
  if (sum !== total) throw new Error(`${name}: ${total} requests, ${sum} outcomes`)
  for (const [i, { stock, requests }] of coupons.entries()) {
    const { completed = 0, failed = 0 } = measured[i] ?? {}
    const winners = Math.min(stock, requests)
    if (completed + failed !== requests)
      throw new Error(`${name}: ${requests} requests, ${completed + failed} outcomes`)
    if (decides && completed !== winners) throw new Error(`${name}: ${completed} told of a coupon, not ${winners}`)
  }
}

/** @throws unless exactly the first in the log, who are users 1 to the stock, have one coupon each, in their order. */
export async function checkCoupons(
  database: Database,
  { name }: Drainer,
  policies: number[],
  coupons: Coupon[],
): Promise<void> {
  for (const [i, policyId] of policies.entries()) {
    const { stock, requests } = coupons[i]!
    const winners = Math.min(stock, requests)
    const found = await database.one<{ coupons: number; first: number; issued: number }>(FOUND, [policyId])
    if (found.coupons !== winners || found.first !== winners || found.issued !== winners) {
      const { coupons, first, issued } = found
      throw new Error(
        `${name}: ${winners} coupons expected; ${coupons} there, ${issued} counted, ${first} in their place`,
      )
    }
  }
}

const FOUND = `
SELECT count(c.*)::int AS coupons, (count(*) FILTER (WHERE c.user_id = c.rank))::int AS first, p.issued::int AS issued
  FROM coupon_policies AS p LEFT JOIN coupons AS c ON c.policy_id = p.id
 WHERE p.id = $1 GROUP BY p.id`
