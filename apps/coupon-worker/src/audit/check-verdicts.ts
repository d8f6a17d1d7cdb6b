import type { Findings } from './findings.ts'
import type { Ledger } from './ledger.ts'
import { GIVEN_UP, ISSUED, isDecision, RETRIED, wordOf } from './letters.ts'
import { firstAsk, nameOf, type RequestLog, standsAt } from './log.ts'
import type { Verdicts } from './model.ts'
import { isFromBefore } from './prepare.ts'

/** Holds the ledger against what the plain model makes of the log, request by request, and coupon by coupon. */
export function checkVerdicts(
  ledger: Ledger,
  log: RequestLog,
  verdicts: Verdicts,
  skip: Set<number>,
  findings: Findings,
): void {
  const holds = new Map(ledger.holds.map((hold) => [log.requests.find(hold.requestId), hold]))
  for (let request = 0; request < log.requests.size; request += 1) {
    const { policy } = firstAsk(log, request)
    if (skip.has(policy) || log.contradictory.has(request)) continue
    const coupon = ledger.coupons.requests.findAs(log.requests, request)
    const due = verdicts.letter.at(request)
    const rank = verdicts.rank.at(request)
    if (coupon < 0 && due === ISSUED) {
      const noted = wordOf(log.letter.at(request))
      findings.add('passed-over', policy, `${nameOf(log, request)} was due rank ${rank}; the ledger says ${noted}`)
    } else if (coupon >= 0 && due !== ISSUED) {
      const words = `${nameOf(log, request)} has rank ${ledger.coupons.rank.at(coupon)}; the log says ${wordOf(due)}`
      findings.add('not-due', policy, words)
    } else if (coupon >= 0) compareCoupon(ledger, log, { request, coupon, rank }, findings)
    else checkRefusal(ledger, log, { request, due, policy }, findings)

    const hold = holds.get(request)
    if ((hold?.rank ?? 0) !== (due === RETRIED ? rank : 0)) {
      const said = hold ? `holds rank ${hold.rank}` : 'holds nothing'
      const words = `${nameOf(log, request)} ${said}; by the log it holds ${due === RETRIED ? `rank ${rank}` : 'nothing'}`
      findings.add('wrong-hold', policy, words)
    }
  }
  for (const [request, hold] of holds) {
    if (request < 0 || log.letter.at(request) !== GIVEN_UP) continue
    findings.add('wrong-hold', hold.policy, `${nameOf(log, request)} was given up, and still holds rank ${hold.rank}`)
  }
  checkEndedHolds(ledger, log, verdicts, skip, findings)
  checkUnasked(ledger, log, findings)
}

function compareCoupon(
  { coupons }: Ledger,
  log: RequestLog,
  { request, coupon, rank }: { request: number; coupon: number; rank: number },
  findings: Findings,
): void {
  const { policy, user, part } = firstAsk(log, request)
  const wrong: string[] = []
  if (coupons.rank.at(coupon) !== rank) wrong.push(`rank ${coupons.rank.at(coupon)} and not ${rank}`)
  if (coupons.user.at(coupon) !== user) wrong.push(`user ${coupons.user.at(coupon)}`)
  if (coupons.policy.at(coupon) !== policy) wrong.push(`policy ${coupons.policy.at(coupon)} and not ${policy}`)
  const [partition, offset] = [coupons.partition.at(coupon), coupons.offset.at(coupon)]
  const before = partition === part.partition && offset < part.low
  if (!before && standsAt(log, request, partition, offset) !== true) wrong.push(`place ${partition}/${offset}`)
  if (wrong.length > 0)
    findings.add('wrong-coupon', policy, `the coupon of ${nameOf(log, request)} has ${wrong.join(', ')}`)
  const noted = log.letter.at(request)
  if (isDecision(noted) && noted !== ISSUED) {
    findings.add('two-outcomes', policy, `${nameOf(log, request)} has a coupon, and is noted as ${wordOf(noted)}`)
  }
}

function checkRefusal(
  { refused }: Ledger,
  log: RequestLog,
  { request, due, policy }: { request: number; due: number; policy: number },
  findings: Findings,
): void {
  const remembered = refused.requests.findAs(log.requests, request)
  const memory = remembered < 0 ? 0 : refused.letter.at(remembered)
  if (memory !== 0 && isDecision(due) && memory !== due) {
    const words = `${nameOf(log, request)} is remembered as ${wordOf(memory)}; the log says ${wordOf(due)}`
    findings.add('wrong-refusal', policy, words)
  }
  const noted = log.letter.at(request)
  if (noted === ISSUED) {
    findings.add(
      'not-due',
      policy,
      `${nameOf(log, request)} is noted as ISSUED and has no coupon; the log says ${wordOf(due)}`,
    )
  } else if (isDecision(noted) && noted !== due) {
    findings.add('wrong-refusal', policy, `${nameOf(log, request)}: ${wordOf(noted)}; the log says ${wordOf(due)}`)
  }
}

/** A hold that is over took a unit and a rank from those behind it for a while: only if that was its due. */
function checkEndedHolds(ledger: Ledger, log: RequestLog, verdicts: Verdicts, skip: Set<number>, findings: Findings) {
  for (const { kind, requestId, policy, id } of ledger.history) {
    if (kind !== 'hold-ended' || skip.has(policy)) continue
    const request = log.requests.find(requestId!)
    if (request < 0 || verdicts.held.at(request) === 1) continue
    const words = `row ${id} of policy_history ends a hold of ${nameOf(log, request)}, which by the log it never had`
    findings.add('wrong-hold', policy, words)
  }
}

function checkUnasked(ledger: Ledger, log: RequestLog, findings: Findings): void {
  const { coupons, holds, policies } = ledger
  for (let coupon = 0; coupon < coupons.requests.size; coupon += 1) {
    if (log.requests.findAs(coupons.requests, coupon) >= 0 || isFromBefore(coupon, ledger, log)) continue
    const id = coupons.requests.nameOf(coupon)
    const place = `${coupons.partition.at(coupon)}/${coupons.offset.at(coupon)}`
    const words = `rank ${coupons.rank.at(coupon)} of policy ${coupons.policy.at(coupon)} went to request ${id} at ${place}, which is not there`
    findings.add('not-asked', coupons.policy.at(coupon), words)
  }
  for (const { requestId, policy, partition, offset, rank } of holds) {
    const part = log.partitions.find((one) => one.partition === partition)
    if (log.requests.find(requestId) >= 0 || !part || offset < part.low) continue
    findings.add(
      'wrong-hold',
      policy,
      `rank ${rank} is held for request ${requestId} at ${partition}/${offset}, which is not there`,
    )
  }
  for (const { policy } of holds)
    if (!policies.has(policy)) findings.add('wrong-hold', policy, `there is no policy ${policy}`)
}
