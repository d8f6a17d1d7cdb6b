import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '@firstcome/service'
import type { Knex } from 'knex'
import type { Attempt } from '../idempotency/idempotent.ts'
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
  /** Joins the transaction in which a payment is completed. */
  keep: (trx: Knex.Transaction, completed: Payment) => Promise<void>
}

/**
 * Pays an order. Resolves to the payment as it stands: COMPLETED, DECLINED, or PENDING where the provider has not said;
 * or to the obstacle because of which there is none.
 */
export async function pay(
  parts: PayParts,
  request: PayRequest,
  { subjectId: paymentId, resumed }: Pick<Attempt, 'subjectId' | 'resumed'>,
): Promise<Payment | Obstacle> {
  const begun = resumed ? await readPayment(parts.db, paymentId) : undefined
  // An earlier attempt got this far and fell silent: its charge may have arrived, so this one asks instead of charging.
  if (begun) return begun.status === 'PENDING' ? ask(parts, begun) : begun

  const claimed = await claim(parts, request, paymentId)
  if (typeof claimed === 'string') return claimed
  const { payment, since } = claimed
  // A process that stood still after its claim (a suspended machine) may wake when the settler has given the charge up.
  return performance.now() - since < parts.abandonAfterMs / 2 ? charge(parts, payment, request.log) : payment
}

interface Claimed {
  payment: Payment
  /** `performance.now()` just before the claim. */
  since: number
}

/** Waits, within limits, for what may pass: an order that was placed a moment ago is not refused. */
async function claim(parts: PayParts, request: PayRequest, paymentId: string): Promise<Claimed | Obstacle> {
  const { db, times } = parts
  const { userId, orderId, method, signal } = request
  const deadline = performance.now() + times.orderWaitMs
  let waitMs = 20
  while (true) {
    const since = performance.now()
    const payment = await claimOrder(db, { paymentId, userId, orderId, method, askAfterSeconds: times.claimSeconds })
    if (payment) return { payment, since }
    // No obstacle: one that stood in the way of the claim has gone since.
    const obstacle = obstacleOf(await readStanding(db, orderId), userId) ?? 'IN_PROGRESS'
    if (!passing.has(obstacle) || performance.now() + waitMs > deadline) return obstacle
    await sleep(waitMs, undefined, { signal: signal() })
    waitMs = Math.min(waitMs * 1.5, 200)
  }
}

async function charge(parts: PayParts, payment: Payment, log: PayRequest['log']): Promise<Payment> {
  const { db, provider, now, providerTimeoutMs, keep } = parts
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
