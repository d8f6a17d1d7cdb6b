import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '@firstcome/service'
import type { Keeping } from '../idempotency/idempotent.ts'
import { ask, type Settlement } from '../settlement/ask.ts'
import { complete, decline } from '../settlement/settle.ts'
import { type Obstacle, obstacleOf, type Payment, passing } from './payment.ts'
import { askSoon, claimOrder, readPayment, readStanding } from './payments.ts'

export interface PayRequest {
  userId: number
  orderId: string
  method: string
  /** Aborts when nobody waits for the answer any more. Looked at only while waiting for the order, never after a claim. */
  signal: () => AbortSignal
  log: Pick<Service['log'], 'warn'>
}

export interface PayTimes {
  /** How long an order is waited for that is not known yet, or that another payment is being tried for. */
  orderWaitMs: number
  /** After this a claim without an answer is the settler's. */
  claimSeconds: number
}

export interface PayParts extends Settlement {
  times: PayTimes
  /** The answer to the client, which joins the statement in which a payment is completed. */
  keep: (completed: Payment) => Keeping | undefined
}

/**
 * Pays an order. Resolves to the payment as it stands: COMPLETED, DECLINED, or PENDING where the provider has not said;
 * or to the obstacle because of which there is none. Of a payment that was begun before, it resumes that one.
 */
export async function pay(parts: PayParts, request: PayRequest, paymentId: string): Promise<Payment | Obstacle> {
  const found = await claim(parts, request, paymentId)
  if (typeof found === 'string') return found
  return found.begun ? resume(parts, found, request.log) : charge(parts, found, request.log)
}

interface Found {
  payment: Payment
  /** `performance.now()` before it was claimed or read: counted from there its age may be too high, never too low. */
  since: number
  /** It had been claimed: by an attempt that fell silent, or by one that outlived its lease and runs beside this one. */
  begun: boolean
}

/** Waits, within limits, for what may pass: an order that was placed a moment ago is not refused. */
async function claim(parts: PayParts, request: PayRequest, paymentId: string): Promise<Found | Obstacle> {
  const { db, times } = parts
  const { userId, orderId, method, signal } = request
  const deadline = performance.now() + times.orderWaitMs
  let waitMs = 20
  while (true) {
    const since = performance.now()
    const claimed = await claimOrder(db, { paymentId, userId, orderId, method, askAfterSeconds: times.claimSeconds })
    if (claimed) return { payment: claimed, since, begun: false }
    const order = await readStanding(db, { orderId, paymentId })
    // What stands in the way may be this very payment.
    const begun = order?.begun ? await readPayment(db, paymentId) : undefined
    if (begun) return { payment: begun, since, begun: true }
    // No obstacle: one that stood in the way of the claim has gone since.
    const obstacle = obstacleOf(order, userId) ?? 'IN_PROGRESS'
    if (!passing.has(obstacle) || performance.now() + waitMs > deadline) return obstacle
    const interrupted = await sleep(waitMs, false, { signal: signal() }).catch(() => true)
    if (interrupted) return 'INTERRUPTED'
    waitMs = Math.min(waitMs * 1.5, 200)
  }
}

/**
 * Goes on with a payment that another attempt has claimed. Its charge may have arrived, so the provider is asked first; one
 * that it has not seen is sent again under the same id, for which the provider takes the money once at most.
 */
async function resume(parts: PayParts, found: Found, log: PayRequest['log']): Promise<Payment> {
  const { payment } = found
  if (payment.status !== 'PENDING') return payment
  try {
    const asked = await ask(parts, payment)
    return asked.status === 'PENDING' ? await charge(parts, found, log) : asked
  } catch (error) {
    log.warn({ err: error, paymentId: payment.paymentId }, 'the outcome of a payment is still not known')
    return payment
  }
}

async function charge(parts: PayParts, { payment, since }: Found, log: PayRequest['log']): Promise<Payment> {
  const { db, provider, now, providerTimeoutMs, abandonAfterMs, keep } = parts
  // The settler may be about to give the charge up: the payment is old, or this process stood still (a suspended machine).
  if (payment.ageMs + performance.now() - since > abandonAfterMs / 2) return payment
  try {
    const answer = await provider.charge(payment, AbortSignal.timeout(providerTimeoutMs))
    if (answer === 'TAKEN') return await complete(parts, payment, now(), keep)
    return await decline(parts, payment, now())
  } catch (error) {
    // Whatever went wrong, a silent provider or our own database: the charge may have been made. The payment stays
    // PENDING, and the settler asks.
    log.warn({ err: error, paymentId: payment.paymentId }, 'the outcome of a payment is not known')
    await askSoon(db, payment.paymentId).catch(() => {})
    return payment
  }
}
