/** What can be wrong, how a heading says it, and which line of the report it stands against. */
export const kinds = {
  'not-payable': ['placed', 'An order was placed that payment-api does not know'],
  'not-placed': ['placed', 'An order can be paid that was never placed'],
  'payable-otherwise': ['placed', 'An order is to be paid otherwise than it was placed'],
  'paid-twice': ['paid', 'An order was paid more than once'],
  'payment-otherwise': ['paid', 'A payment is of another amount or user than its order'],
  'not-confirmed': ['paid', 'A paid order was not confirmed'],
  'not-refunded': ['paid', 'A payment that confirmed nothing was not given back'],
  'confirmed-unpaid': ['paid', 'An order was confirmed without the payment that it names'],
  'refunded-confirmed': ['paid', 'The payment of a confirmed order was given back'],
  'refund-unheard': ['paid', 'order-service has not heard of a refund'],
  'refund-otherwise': ['paid', 'A refund is of another amount than its payment'],
  'refund-unfounded': ['paid', 'order-service has a refund that payment-api did not make'],
  'stuck-payment': ['paid', 'A payment waits for its provider for too long'],
  'stuck-refund': ['paid', 'A refund waits for its provider for too long'],
  'not-stored': ['stored', 'A confirmed order was not stored'],
  'stored-twice': ['stored', 'An order was stored more than once'],
  'stored-otherwise': ['stored', 'An order was stored otherwise than it was confirmed'],
  'stored-unconfirmed': ['stored', 'An order was stored that is not confirmed'],
  'not-counted': ['counted', 'A confirmed order was not counted'],
  'counted-unconfirmed': ['counted', 'An order was counted that was not confirmed on that day'],
  'daily-board': ['boards', 'A daily board does not say what its orders sold'],
  'weekly-board': ['boards', 'A weekly board does not say what its orders sold'],
  'monthly-board': ['boards', 'A monthly board does not say what its orders sold'],
  'all-time-board': ['boards', 'The board of all time does not say what all orders sold'],
  unsettled: ['boards', 'A day did not stand still for long enough to be compared with its board'],
  'parked-event': ['events', 'An event is parked in an outbox: Kafka refuses it'],
  'stuck-event': ['events', 'An event waits in an outbox for too long'],
} as const

export type Kind = keyof typeof kinds
export type Line = (typeof kinds)[Kind][0]

export interface Difference {
  kind: Kind
  /** What each book says, with everything needed to look it up. */
  words: string
}
