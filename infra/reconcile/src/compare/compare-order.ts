import type { Unsent } from '../books/outbox.ts'
import type { Case, Clock } from './case.ts'
import { compareFacts } from './compare-facts.ts'
import { comparePayments } from './compare-payments.ts'
import type { Difference, Kind } from './kinds.ts'
import type { Notes } from './notes.ts'
import { noTally, type Tally } from './tally.ts'
import { termsThatDiffer, time } from './words.ts'

export interface Verdict {
  differences: Difference[]
  tally: Tally
}

/** What all the books say of one order, held against each other. */
export function compareOrder(one: Case, clock: Clock): Verdict {
  const differences: Difference[] = []
  const tally = noTally()
  const differs = (kind: Kind, words: string) =>
    void differences.push({ kind, words: `order ${one.orderId}: ${words}` })
  const notes: Notes = {
    tally,
    differs,
    missing(kind, since, senders, words) {
      const unsent = senders.flatMap((sender) => one.unsent[sender])
      if (since > clock.now - clock.graceMs || unsent.some(({ parked }) => !parked)) return 'in flight'
      differs(kind, `${words}${unsent.map(isParked).join('')}`)
      return 'missing'
    },
  }
  comparePlaced(one, notes)
  comparePayments(one, clock, notes)
  compareFacts(one, notes)
  return { differences, tally }
}

const isParked = ({ id, topic }: Unsent) => `; event ${id} for ${topic} is parked in the outbox`

function comparePlaced({ order, payable }: Case, { tally, differs, missing }: Notes): void {
  if (order) {
    tally.placed += 1
    if (order.status === 'PENDING_PAYMENT') tally.pending += 1
    if (order.status === 'REJECTED') tally.rejected += 1
  }
  if (payable) tally.payable += 1

  if (order && !payable) {
    const words = `placed ${time(order.placedAt)} by user ${order.userId} for ${order.amount}, is not among the payable ones`
    if (missing('not-payable', order.placedAt, ['orders'], words) === 'in flight') tally.payableInFlight += 1
  }
  if (payable && !order) {
    differs('not-placed', `payable by user ${payable.userId} for ${payable.amount}, is not among the orders`)
  }
  if (order && payable) {
    const otherwise = termsThatDiffer(order, payable, { user: 'userId', amount: 'amount', placed: 'placedAt' })
    if (otherwise) differs('payable-otherwise', `placed and payable with ${otherwise}`)
  }
}
