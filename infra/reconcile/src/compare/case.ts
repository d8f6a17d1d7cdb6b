import type { Fact } from '../books/facts.ts'
import type { Order, Refund } from '../books/orders.ts'
import type { Unsent } from '../books/outbox.ts'
import type { Payable, Payment } from '../books/payments.ts'

/** What all the books say of one order. */
export interface Case {
  orderId: string
  order?: Order | undefined
  payable?: Payable | undefined
  /** Without those that were declined. */
  payments: Payment[]
  refunds: Refund[]
  /** One, if all is well. */
  facts: Fact[]
  /** Of the order and of its fact, as texts that are equal where the items are. Looked up where there is a fact to compare. */
  items: { ordered?: string | undefined; stored?: string | undefined }
  /** In the seen-set of the day on which it was confirmed; undefined where that is forgotten by now. */
  counted?: boolean | undefined
  /** Of its events, those that still lie in the outboxes; looked up where something seems to be missing. */
  unsent: { orders: Unsent[]; payments: Unsent[] }
}

export interface Clock {
  /** When the books were read, epoch milliseconds. */
  now: number
  /** What happened less than this ago may still be on its way. */
  graceMs: number
  /** What waits for a provider or in an outbox for longer is stuck. */
  stuckMs: number
}
