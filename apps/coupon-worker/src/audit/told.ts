import type { CouponIssueCompleted, CouponIssueFailed } from '@firstcome/events'
import { bytes, integers, numbers } from './column.ts'
import type { Findings } from './findings.ts'
import { createIds } from './ids.ts'
import type { Ledger } from './ledger.ts'
import { GIVEN_UP, ISSUED, isDecision, letterOf, RETRIED, wordOf } from './letters.ts'
import { firstAsk, nameOf, type RequestLog, standsAt } from './log.ts'
import { isFromBefore } from './prepare.ts'

/** Decided by then, it would be in the snapshot of the ledger; a clock and a commit that was under way are allowed for. */
const SLACK_MS = 60_000

export interface Told {
  completed(value: CouponIssueCompleted, eventId: string): void
  failed(value: CouponIssueFailed, eventId: string): void
  /** What the ledger holds and nobody was told, yet. */
  missing(): Missing[]
  /** To be called at the end: looks for those who were told FAILED after their decision. */
  finish(): void
  /** Outcomes of requests that the log no longer holds. */
  unproven(): number
}

export interface Missing {
  policy: number
  partition: number
  decidedAt: number
  /** A coupon is told on a topic that is kept without limit. */
  coupon: boolean
  words: string
}

/** Compares what was published with the ledger, record by record. `cut`: when the ledger was read, by the database's clock. */
export function createTold(
  ledger: Ledger,
  log: RequestLog,
  { cut, policy: only, findings }: { cut: number; policy?: number | undefined; findings: Findings },
): Told {
  const { coupons } = ledger
  const eventIds = createIds()
  /** By coupon, and by request: number + 1 of the event id under which the decision was told. */
  const tellsCoupon = integers()
  const tellsRefusal = integers()
  /** By request: when the decision was made and when it was given up, as they were told. */
  const decidedAt = numbers()
  const tellsFailed = bytes()
  const failedAt = numbers()
  let unproven = 0

  function again(before: number, eventId: string, policy: number, words: () => string): number {
    const number = eventIds.add(eventId) + 1
    if (before !== 0 && before !== number) {
      findings.add('told-twice', policy, `${words()} was told again, under another event id (${eventId})`)
    }
    return before || number
  }

  /** What it asked for and where, as the outcome says; '' where that is as the log has it. */
  function misplaced(request: number, { userId, couponPolicyId, partition, offset }: CouponIssueFailed): string {
    const asked = firstAsk(log, request)
    const wrong: string[] = []
    if (userId !== asked.user) wrong.push(`user ${userId}`)
    if (couponPolicyId !== asked.policy) wrong.push(`policy ${couponPolicyId}`)
    if (standsAt(log, request, partition, offset) === false) wrong.push(`place ${partition}/${offset}`)
    return wrong.join(', ')
  }

  /** An outcome of a request that is not among those that were read. */
  function unknown({ partition, offset, couponPolicyId, requestId }: CouponIssueFailed | CouponIssueCompleted): void {
    const part = log.partitions.find((one) => one.partition === partition)
    if (part && offset >= part.next) return
    if (!part || offset < part.low) unproven += 1
    else {
      const words = `request ${requestId} at ${partition}/${offset}: it was told an outcome, and is not there`
      findings.add('told-unasked', couponPolicyId, words)
    }
  }

  /** Retried or replayed since the ledger was read. */
  function isLater(request: number, at: number): boolean {
    const letter = log.letter.at(request)
    return letter === RETRIED || (letter === GIVEN_UP && at > cut - SLACK_MS)
  }

  /** Issued before this log was there: it was told on topics that are no more. */
  function isOfAnotherLog(coupon: number): boolean {
    const part = log.partitions.find(({ partition }) => partition === coupons.partition.at(coupon))
    return !part || (coupons.offset.at(coupon) >= part.low && isFromBefore(coupon, ledger, log))
  }

  return {
    completed(value, eventId) {
      if (only !== undefined && value.couponPolicyId !== only) return
      const policy = value.couponPolicyId
      const coupon = coupons.requests.find(value.requestId)
      const request = log.requests.find(value.requestId)
      if (coupon < 0) {
        if (request < 0) unknown(value)
        else if (!isLater(request, value.issuedAt)) {
          const noted = wordOf(log.letter.at(request))
          findings.add(
            'told-otherwise',
            policy,
            `${nameOf(log, request)} was told rank ${value.rank}; the ledger says ${noted}`,
          )
        }
        return
      }
      const wrong: string[] = []
      if (coupons.couponIds.find(value.couponId) !== coupons.couponId.at(coupon)) wrong.push(`coupon ${value.couponId}`)
      if (value.rank !== coupons.rank.at(coupon)) wrong.push(`rank ${value.rank}`)
      if (value.userId !== coupons.user.at(coupon)) wrong.push(`user ${value.userId}`)
      if (policy !== coupons.policy.at(coupon)) wrong.push(`policy ${policy}`)
      if (value.partition !== coupons.partition.at(coupon) || value.offset !== coupons.offset.at(coupon)) {
        wrong.push(`place ${value.partition}/${value.offset}`)
      }
      const words = `request ${value.requestId}, whose coupon has rank ${coupons.rank.at(coupon)} of policy ${coupons.policy.at(coupon)}`
      if (wrong.length > 0) findings.add('told-otherwise', policy, `${words}, was told ${wrong.join(', ')}`)
      tellsCoupon.set(
        coupon,
        again(tellsCoupon.at(coupon), eventId, policy, () => words),
      )
      if (request >= 0) decidedAt.set(request, value.issuedAt)
    },

    failed(value, eventId) {
      if (only !== undefined && value.couponPolicyId !== only) return
      const request = log.requests.find(value.requestId)
      if (request < 0) return unknown(value)
      if (log.contradictory.has(request)) return
      const policy = firstAsk(log, request).policy
      const letter = letterOf(value.reason)
      const noted = log.letter.at(request)
      const wrong = misplaced(request, value)
      if (wrong)
        findings.add('told-otherwise', policy, `${nameOf(log, request)} was told ${value.reason} with ${wrong}`)
      if (letter === GIVEN_UP) {
        tellsFailed.set(request, 1)
        failedAt.set(request, Math.max(failedAt.at(request), value.failedAt))
        const { part } = firstAsk(log, request)
        const inTurn = isDecision(noted) && part.alone.at(log.rowOf.at(request)) === 0
        if (!inTurn) return
        findings.add(
          'told-otherwise',
          policy,
          `${nameOf(log, request)} was told ${value.reason}; the ledger says ${wordOf(noted)}`,
        )
        return
      }
      if (noted !== letter && noted !== 0 && !isLater(request, value.failedAt)) {
        findings.add(
          'told-otherwise',
          policy,
          `${nameOf(log, request)} was told ${value.reason}; the ledger says ${wordOf(noted)}`,
        )
      }
      decidedAt.set(request, value.failedAt)
      tellsRefusal.set(
        request,
        again(tellsRefusal.at(request), eventId, policy, () => nameOf(log, request)),
      )
    },

    missing() {
      const found: Missing[] = []
      for (let coupon = 0; coupon < coupons.requests.size; coupon += 1) {
        if (tellsCoupon.at(coupon) !== 0 || isOfAnotherLog(coupon)) continue
        const policy = coupons.policy.at(coupon)
        const words = `request ${coupons.requests.nameOf(coupon)} was issued rank ${coupons.rank.at(coupon)} of policy ${policy}, and not told so`
        const partition = coupons.partition.at(coupon)
        found.push({ policy, partition, decidedAt: coupons.issuedAt.at(coupon), coupon: true, words })
      }
      for (let request = 0; request < log.requests.size; request += 1) {
        const letter = log.letter.at(request)
        if (letter === 0 || letter === ISSUED || letter === RETRIED || log.contradictory.has(request)) continue
        if (letter === GIVEN_UP ? tellsFailed.at(request) !== 0 : tellsRefusal.at(request) !== 0) continue
        const { policy, partition } = firstAsk(log, request)
        const words = `${nameOf(log, request)} was to be told ${wordOf(letter)}`
        found.push({ policy, partition, decidedAt: log.decidedAt.at(request), coupon: false, words })
      }
      return found
    },

    finish() {
      for (let request = 0; request < failedAt.length; request += 1) {
        if (decidedAt.at(request) === 0 || failedAt.at(request) <= decidedAt.at(request)) continue
        const words = `${nameOf(log, request)} was told COUPON_ISSUE_FAILED after its decision`
        findings.add('told-twice', firstAsk(log, request).policy, words)
      }
    },

    unproven: () => unproven,
  }
}
