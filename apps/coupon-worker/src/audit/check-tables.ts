import type { Findings } from './findings.ts'
import type { Ledger, Policy } from './ledger.ts'

/** What has to hold among the tables alone, whatever the log says. */
export function checkTables(ledger: Ledger, findings: Findings): void {
  const { policies, coupons, holds, twice, refused } = ledger
  for (const { policy, user, coupons: count } of twice) {
    findings.add('twice-per-user', policy, `user ${user} has ${count} coupons of policy ${policy}`)
  }
  for (const id of coupons.repeated) findings.add('two-outcomes', null, `request ${id} has more than one coupon`)
  const counts = countCoupons(ledger)
  for (const policy of policies.values()) checkCounters(policy, counts.get(policy.id), ledger, findings)
  checkRanks(ledger, findings)
  for (const { requestId, policy } of holds) {
    if (coupons.requests.find(requestId) < 0) continue
    findings.add('wrong-hold', policy, `request ${requestId} has its coupon, and holds a unit besides`)
  }
  for (let number = 0; number < refused.requests.size; number += 1) {
    const coupon = coupons.requests.findAs(refused.requests, number)
    if (coupon < 0) continue
    const id = refused.requests.nameOf(number)
    findings.add('two-outcomes', coupons.policy.at(coupon), `request ${id} has a coupon, and is remembered as refused`)
  }
}

interface Count {
  issued: number
  highest: number
}

export function countCoupons({ coupons }: Ledger): Map<number, Count> {
  const counts = new Map<number, Count>()
  for (let coupon = 0; coupon < coupons.requests.size; coupon += 1) {
    const policy = coupons.policy.at(coupon)
    const count = counts.get(policy) ?? { issued: 0, highest: 0 }
    counts.set(policy, count)
    count.issued += 1
    count.highest = Math.max(count.highest, coupons.rank.at(coupon))
  }
  return counts
}

function checkCounters(
  policy: Policy,
  { issued, highest: best }: Count = { issued: 0, highest: 0 },
  { holds, history }: Ledger,
  findings: Findings,
): void {
  const { id } = policy
  const mine = holds.filter((hold) => hold.policy === id)
  const highest = mine.reduce((most, { rank }) => Math.max(most, rank), best)

  const say = (words: string) => findings.add('counter', id, `policy ${id}: ${words}`)
  if (policy.issued !== issued) say(`issued is ${policy.issued}, there are ${issued} coupons`)
  if (policy.held !== mine.length) say(`held is ${policy.held}, there are ${mine.length} holds`)
  if (policy.lastRank < highest) say(`last_rank is ${policy.lastRank}, the highest rank is ${highest}`)
  if (issued + mine.length > policy.total) {
    const words = `policy ${id}: ${issued} coupons and ${mine.length} holds of a stock of ${policy.total}`
    findings.add('over-stock', id, words)
  }
  const past = history.findLast((one) => one.policy === id && /^(created|restocked|closed)$/.test(one.kind))
  if (!past) return
  if (past.total !== policy.total || past.opensAt !== policy.opensAt || past.closesAt !== policy.closesAt) {
    findings.add('history', id, `policy ${id} is not as row ${past.id} of policy_history left it`)
  }
}

/** By rank: each once, and the places in their order; but for those that were decided at another place than their own. */
function checkRanks({ coupons, history, policies }: Ledger, findings: Findings): void {
  const late = new Set(
    history.filter(({ kind }) => kind === 'decided-late').map(({ requestId }) => coupons.requests.find(requestId!)),
  )
  const last = new Map<number, { rank: number; coupon: number | undefined }>()
  const name = (coupon: number) =>
    `request ${coupons.requests.nameOf(coupon)} (at ${coupons.partition.at(coupon)}/${coupons.offset.at(coupon)})`
  // The coupons are here by policy and rank.
  for (let coupon = 0; coupon < coupons.requests.size; coupon += 1) {
    const policy = coupons.policy.at(coupon)
    const rank = coupons.rank.at(coupon)
    const before = last.get(policy) ?? { rank: 0, coupon: undefined }
    if (rank === before.rank) findings.add('rank-order', policy, `rank ${rank} twice, the second time ${name(coupon)}`)
    before.rank = rank
    last.set(policy, before)
    if (policies.get(policy)?.ordering !== 'strict' || late.has(coupon)) continue
    const earlier = before.coupon
    if (earlier !== undefined && coupons.partition.at(earlier) === coupons.partition.at(coupon)) {
      if (coupons.offset.at(earlier) >= coupons.offset.at(coupon)) {
        const words = `rank ${rank} is ${name(coupon)}, which stands before ${name(earlier)} with rank ${coupons.rank.at(earlier)}`
        findings.add('rank-order', policy, words)
      }
    }
    before.coupon = coupon
  }
}
