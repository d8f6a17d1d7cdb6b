import type { Payment } from '../books/payments.ts'
import type { Case, Clock } from './case.ts'
import type { Notes } from './notes.ts'
import { time } from './words.ts'

/** Paid = confirmed + refunded + in flight, for one order. */
export function comparePayments(one: Case, clock: Clock, notes: Notes): void {
  const { order, payments, refunds } = one
  const { tally, differs } = notes
  if (order?.status === 'CONFIRMED') {
    tally.confirmed += 1
    // A payment that goes back is told of below.
    if (!payments.some(({ paymentId }) => paymentId === order.paymentId)) {
      differs(
        'confirmed-unpaid',
        `confirmed by payment ${order.paymentId}, which is not among the payments of the order`,
      )
    }
  }
  const taken = payments.filter(({ status }) => status === 'COMPLETED' || status === 'REFUNDING')
  if (taken.length > 1) {
    differs('paid-twice', `paid by ${taken.map(({ paymentId, status }) => `${paymentId} (${status})`).join(' and ')}`)
  }
  for (const payment of payments) {
    compareTerms(one, payment, notes)
    comparePayment(one, payment, clock, notes)
  }
  for (const refund of refunds) {
    const payment = payments.find(({ paymentId }) => paymentId === refund.paymentId)
    const words = `payment ${refund.paymentId} of ${refund.amount} went back, says order-service`
    if (payment?.status !== 'REFUNDED') {
      differs('refund-unfounded', `${words}; in payment-api it is ${payment?.status ?? 'no payment of this order'}`)
    } else if (payment.amount !== refund.amount) {
      differs('refund-otherwise', `${words}; payment-api gave back ${payment.amount}`)
    }
  }
}

function compareTerms({ order, payable }: Case, payment: Payment, { differs }: Notes): void {
  const due = order ?? payable
  if (!due || (payment.amount === due.amount && payment.userId === due.userId)) return
  const words = `payment ${payment.paymentId} is of ${payment.amount} by user ${payment.userId}`
  differs('payment-otherwise', `${words}; the order is of ${due.amount} by user ${due.userId}`)
}

function comparePayment(one: Case, payment: Payment, clock: Clock, { tally, differs, missing }: Notes): void {
  const { order, refunds } = one
  const { paymentId, status } = payment
  const isItsPayment = order?.paymentId === paymentId
  const stuck = (since: number | null) => since !== null && since <= clock.now - clock.stuckMs
  if (status === 'PENDING') {
    tally.undecided += 1
    if (isItsPayment) differs('confirmed-unpaid', `confirmed by payment ${paymentId}, which is PENDING`)
    const words = `payment ${paymentId} is PENDING since ${time(payment.createdAt)}`
    if (stuck(payment.createdAt)) differs('stuck-payment', words)
    return
  }
  tally.paid += 1
  if (isItsPayment && status !== 'COMPLETED') {
    differs('refunded-confirmed', `confirmed by payment ${paymentId}, which is ${status}`)
  }
  switch (status) {
    case 'COMPLETED': {
      if (isItsPayment) return
      const paid = `payment ${paymentId} is COMPLETED since ${time(payment.settledAt)}`
      const since = Math.max(payment.settledAt ?? 0, order?.settledAt ?? 0)
      const arrival =
        order?.status === 'PENDING_PAYMENT'
          ? missing('not-confirmed', since, ['payments'], `${paid}; the order is PENDING_PAYMENT`)
          : missing('not-refunded', since, ['payments', 'orders'], `${paid}; the order ${stateOf(one)}`)
      if (arrival === 'in flight') tally.paidInFlight += 1
      return
    }
    case 'REFUNDING': {
      tally.paidInFlight += 1
      // Nothing says since when: it was paid, and then the order was rejected, or had been.
      const since = Math.max(payment.settledAt ?? 0, order?.settledAt ?? 0)
      if (stuck(since)) differs('stuck-refund', `payment ${paymentId} is REFUNDING, of an order that ${stateOf(one)}`)
      return
    }
    case 'REFUNDED': {
      tally.refunded += 1
      if (refunds.some((refund) => refund.paymentId === paymentId)) return
      const words = `payment ${paymentId} of ${payment.amount} was given back ${time(payment.refundedAt)}; order-service has no such refund`
      missing('refund-unheard', payment.refundedAt ?? 0, ['payments'], words)
    }
  }
}

function stateOf({ order }: Case): string {
  if (!order) return 'does not exist'
  const since = order.settledAt === null ? '' : ` since ${time(order.settledAt)}`
  return `is ${order.status}${since}${order.paymentId === null ? '' : ` by payment ${order.paymentId}`}`
}
