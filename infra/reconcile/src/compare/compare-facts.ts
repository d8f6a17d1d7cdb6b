import type { Case } from './case.ts'
import type { Notes } from './notes.ts'
import { termsThatDiffer, time } from './words.ts'

/** Confirmed = stored = counted, for one order. */
export function compareFacts({ order, facts, items, counted }: Case, { tally, differs, missing }: Notes): void {
  tally.stored += facts.length
  if (facts.length > 1) {
    differs(
      'stored-twice',
      `stored ${facts.length} times, confirmed ${facts.map((one) => time(one.confirmedAt)).join(', ')}`,
    )
  }
  if (order?.status !== 'CONFIRMED') {
    const state = order ? order.status : 'not among the orders'
    if (facts.length > 0) differs('stored-unconfirmed', `stored as paid by ${facts[0]!.paymentId}; it is ${state}`)
    return
  }

  const confirmedAt = order.settledAt!
  const words = `confirmed ${time(confirmedAt)} by payment ${order.paymentId}`
  if (facts.length === 0) {
    const arrival = missing('not-stored', confirmedAt, ['orders'], `${words}, is not among the facts`)
    if (arrival === 'in flight') tally.storedInFlight += 1
  }
  for (const fact of facts) {
    const otherwise = termsThatDiffer(
      order,
      { ...fact, settledAt: fact.confirmedAt },
      {
        user: 'userId',
        amount: 'amount',
        payment: 'paymentId',
        placed: 'placedAt',
        confirmed: 'settledAt',
      },
    )
    if (otherwise) differs('stored-otherwise', `confirmed and stored with ${otherwise}`)
  }
  if (facts.length === 1 && items.ordered !== items.stored) {
    differs(
      'stored-otherwise',
      `confirmed with items ${items.ordered ?? 'none'}, stored with ${items.stored ?? 'none'}`,
    )
  }

  if (counted === undefined) tally.countForgotten += 1
  else if (counted) tally.counted += 1
  else if (
    missing('not-counted', confirmedAt, ['orders'], `${words}, is not among those counted that day`) === 'in flight'
  ) {
    tally.countedInFlight += 1
  }
}
