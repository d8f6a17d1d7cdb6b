import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Body, Gateway } from './gateway.ts'
import type { CouponAsk } from './rush-plan.ts'
import type { CouponOutcome } from './rush-verdict.ts'

interface Asked {
  ask: CouponAsk
  /** What the request for the coupon was answered. */
  answer: Answer
  couponPolicyId: number
  token: string
  /** The event stream that was opened for it, if any: the outcome, or nothing when the stream broke. */
  stream: Promise<Body | undefined> | undefined
  /** `performance.now()` at which an outcome is no longer waited for. */
  deadline: number
}

/** What became of a request: from its answer, from its event stream, or by asking until it is decided. */
export async function learnOutcome(gateway: Gateway, asked: Asked): Promise<CouponOutcome> {
  const { ask, answer, couponPolicyId, token, stream, deadline } = asked
  const { requestId } = answer.body
  const base = { ask, sentAt: answer.sentAt, answeredAt: answer.answeredAt, ...(requestId && { requestId }) }
  const repeatOn = [429, 502, 503, 504]

  const found = await outcome()
  const repeatedWithoutKey = answer.repeats > 0 && ask.key === undefined
  if (!repeatedWithoutKey || found.reason !== 'COUPON_ALREADY_ISSUED') return found
  // The try that was told "not taken" may have been taken after all: then the coupon is this request's.
  const { body } = await gateway.ask({ method: 'GET', path: `/api/coupons/${ask.userId}`, token, repeatOn })
  const coupon = body.coupons?.find((one) => one.couponPolicyId === couponPolicyId)
  return coupon ? { ...base, status: 'ISSUED', couponId: coupon.couponId, rank: coupon.rank } : found

  async function outcome(): Promise<CouponOutcome> {
    if (answer.status === 409) return { ...base, ...told({ ...answer.body, status: 'REJECTED' }) }
    if (answer.status === 200 && isDecided(answer.body)) return { ...base, ...told(answer.body) }
    if (!requestId) return { ...base, status: 'UNKNOWN', detail: `${answer.status} ${answer.text}` }

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
