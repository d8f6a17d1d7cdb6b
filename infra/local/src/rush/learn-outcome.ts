import { setTimeout as pause } from 'node:timers/promises'
import type { Body, Gateway } from './gateway.ts'
import { type Answered, isRefused, isTaken, why } from './seen.ts'
import type { CouponOutcome } from './verdict.ts'

interface Asked {
  answered: Answered
  couponPolicyId: number
  token: string
  /** The event stream that was opened for it, if any: the outcome, or nothing when the stream broke. */
  stream: Promise<Body | undefined> | undefined
  /** `performance.now()` at which an outcome is no longer waited for. */
  deadline: number
}

/** What became of a request: from its answer, from its event stream, or by asking until it is decided. */
export async function learnOutcome(gateway: Gateway, asked: Asked): Promise<CouponOutcome> {
  const { answered, couponPolicyId, token, stream, deadline } = asked
  const { ask, status, body: answer, sentAt, answeredAt, text = '' } = answered
  const { requestId } = answer
  const base = { ask, sentAt, answeredAt, ...(requestId && { requestId }) }
  const repeatOn = [429, 502, 503, 504]

  const found = await outcome()
  const repeatedWithoutKey = answered.repeats > 0 && ask.key === undefined
  if (!repeatedWithoutKey || found.reason !== 'COUPON_ALREADY_ISSUED') return found
  // The try that was told "not taken" may have been taken after all: then the coupon is this request's.
  const { body } = await gateway.ask({ method: 'GET', path: `/api/coupons/${ask.userId}`, token, repeatOn })
  const coupon = body.coupons?.find((one) => one.couponPolicyId === couponPolicyId)
  return coupon ? { ...base, status: 'ISSUED', couponId: coupon.couponId, rank: coupon.rank } : found

  async function outcome(): Promise<CouponOutcome> {
    if (status === 409) return { ...base, ...told({ ...answer, status: 'REJECTED' }) }
    if (status === 200 && isDecided(answer)) return { ...base, ...told(answer) }
    if (!isTaken(answered) && !isRefused(answered)) return { ...base, status: 'NOT_TAKEN', detail: why(answered) }
    if (!requestId) return { ...base, status: 'UNKNOWN', detail: `${status} ${text}` }

    const inTime = new AbortController()
    const late = pause(Math.max(0, deadline - performance.now()), undefined, { signal: inTime.signal })
    const heard = await Promise.race([stream, late.catch(() => undefined)])
    inTime.abort()
    if (heard) return { ...base, ...told(heard) }
    for (let wait = 20; ; wait = Math.min(1_000, wait * 2)) {
      const state = await gateway.ask({ method: 'GET', path: `/api/coupon-requests/${requestId}`, token, repeatOn })
      if (state.status === 200 && isDecided(state.body)) return { ...base, ...told(state.body) }
      if (state.status !== 200 || performance.now() > deadline) {
        return { ...base, status: 'UNKNOWN', detail: `${state.status} ${state.text}` }
      }
      await pause(wait)
    }
  }
}

export function isDecided({ status }: Body): boolean {
  return status === 'ISSUED' || status === 'REJECTED' || status === 'FAILED'
}

function told({ status, reason, code, rank, couponId }: Body): Omit<CouponOutcome, 'ask' | 'sentAt' | 'answeredAt'> {
  const why = reason ?? code
  return {
    status: status as CouponOutcome['status'],
    ...(why && { reason: why }),
    ...(rank !== undefined && { rank }),
    ...(couponId && { couponId }),
  }
}
