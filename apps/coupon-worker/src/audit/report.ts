import { countCoupons } from './check-tables.ts'
import type { Findings, Kind, Violation } from './findings.ts'
import type { Ledger } from './ledger.ts'
import { isDecision, RETRIED } from './letters.ts'
import { firstAsk, type RequestLog } from './log.ts'
import { isFromBefore } from './prepare.ts'

/** What an audit found; as it is, it is the output of `--json`. */
export interface Report {
  violations: number
  /** By kind; of each the first examples and how many there are. */
  findings: { kind: Kind; total: number; examples: Violation[] }[]
  policies: PolicyReport[]
  spans: Span[]
  /** Outcomes that cannot be compared any more: published ones whose requests the log forgot, decided ones whose publication was. */
  unproven: { published: number; forgotten: number }
  /** Requests under one id that ask for different things; nothing is said about them. */
  contradictory: number
  /** Requests on a retry topic of which the ledger has no note. */
  waiting: number
}

export interface PolicyReport {
  policy: number
  name: string
  ordering: string
  stock: number
  issued: number
  held: number
  /** Distinct requests in the span, and how many of them have a decision, wait in retry, or were given up. */
  requests: number
  decided: number
  inRetry: number
  givenUp: number
  /** Coupons that were issued before the span: the database's word is taken for them. */
  before: number
  partition: number | null
  violations: number
  /** `scattered`: its requests stand in several partitions, whose order among each other nobody knows. */
  verdict: 'proved' | 'proved from the span on' | 'scattered' | 'violated' | 'nothing asked'
}

/** One partition: offsets [from, to) are proved; those up to `end` wait to be decided. */
export interface Span {
  partition: number
  from: number
  to: number
  end: number
  pending: number
  requests: number
  unreadable: number
  /** Requests whose notes in the ledger are no longer kept: only model, coupons and publications are compared. */
  withoutNotes: number
}

export function summarize(
  ledger: Ledger,
  log: RequestLog,
  skip: Set<number>,
  findings: Findings,
  { waiting, forgotten, unproven }: { waiting: number; forgotten: number; unproven: number },
): Report {
  const counts = countCoupons(ledger)
  const before = new Map<number, number>()
  for (let coupon = 0; coupon < ledger.coupons.requests.size; coupon += 1) {
    if (!isFromBefore(coupon, ledger, log)) continue
    const policy = ledger.coupons.policy.at(coupon)
    before.set(policy, (before.get(policy) ?? 0) + 1)
  }
  const asked = countRequests(log)
  const policies = [...ledger.policies.values()]
    .sort((a, b) => a.id - b.id)
    .map(({ id, name, ordering, total, held }): PolicyReport => {
      const count = asked.get(id)
      const violations = findings.ofPolicy(id)
      const earlier = before.get(id) ?? 0
      const partition = count?.partition ?? null
      const cut = earlier > 0 || log.partitions.some((part) => part.partition === partition && part.low > 0)
      return {
        policy: id,
        name,
        ordering,
        stock: total,
        issued: counts.get(id)?.issued ?? 0,
        held,
        requests: count?.requests ?? 0,
        decided: count?.decided ?? 0,
        inRetry: count?.inRetry ?? 0,
        givenUp: count?.givenUp ?? 0,
        before: earlier,
        partition,
        violations,
        verdict: violations > 0 ? 'violated' : skip.has(id) ? 'scattered' : verdictOf(count !== undefined, cut),
      }
    })
  return {
    violations: findings.total(),
    findings: findings.all(),
    policies,
    spans: log.partitions.map(({ partition, low, next, high, offset, unreadable, forgotten: withoutNotes }) => ({
      partition,
      from: low,
      to: next,
      end: high,
      pending: high - next,
      requests: offset.length,
      unreadable,
      withoutNotes,
    })),
    unproven: { published: unproven, forgotten },
    contradictory: log.contradictory.size,
    waiting,
  }
}

function verdictOf(asked: boolean, cut: boolean): PolicyReport['verdict'] {
  if (!asked) return 'nothing asked'
  return cut ? 'proved from the span on' : 'proved'
}

function countRequests(log: RequestLog) {
  const counts = new Map<
    number,
    { partition: number; requests: number; decided: number; inRetry: number; givenUp: number }
  >()
  for (let request = 0; request < log.requests.size; request += 1) {
    const { policy, partition } = firstAsk(log, request)
    const count = counts.get(policy) ?? { partition, requests: 0, decided: 0, inRetry: 0, givenUp: 0 }
    counts.set(policy, count)
    const letter = log.letter.at(request)
    count.requests += 1
    if (isDecision(letter)) count.decided += 1
    else if (letter === RETRIED) count.inRetry += 1
    else if (letter !== 0) count.givenUp += 1
  }
  return counts
}
