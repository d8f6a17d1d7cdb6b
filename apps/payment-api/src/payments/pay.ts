import { setTimeout as sleep } from 'node:timers/promises'
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
  return typeof claimed === 'string' ? claimed : charge(parts, claimed)
}

/** Waits, within limits, for what may pass: an order that was placed a moment ago is not refused. */
async function claim(parts: PayParts, request: PayRequest, paymentId: string): Promise<Payment | Obstacle> {
  const { db, times } = parts
  const { userId, orderId, method, signal } = request
  const deadline = performance.now() + times.orderWaitMs
  let waitMs = 20
  while (true) {
    const claimed = await claimOrder(db, { paymentId, userId, orderId, method, askAfterSeconds: times.claimSeconds })
    if (claimed) return claimed
    let obstacle = obstacleOf(await readStanding(db, orderId), userId)
    while (obstacle) {
      if (!passing.has(obstacle) || performance.now() + waitMs > deadline) return obstacle
      await sleep(waitMs, undefined, { signal: signal() })
      waitMs = Math.min(waitMs * 1.5, 200)
      obstacle = obstacleOf(await readStanding(db, orderId), userId)
    }
  }
}

async function charge(parts: PayParts, payment: Payment): Promise<Payment> {
  const { db, provider, now, providerTimeoutMs, keep } = parts
  try {
    const answer = await provider.charge(payment, AbortSignal.timeout(providerTimeoutMs))
    if (answer === 'TAKEN') return await complete(parts, payment, now(), keep)
    return await decline(parts, payment, now())
  } catch {
    // Whatever went wrong, a silent provider or our own database: the charge may have been made. The payment stays
    // PENDING, and the settler asks.
    await askSoon(db, payment.paymentId).catch(() => {})
    return payment
  }
}
