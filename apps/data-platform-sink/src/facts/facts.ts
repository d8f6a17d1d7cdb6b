import type { OrderConfirmed } from '@firstcome/events'
import type { Message } from '@firstcome/kafka'

/** Rows as columns: what `unnest` takes, one array per column. Times are epoch seconds, money is minor units. */
export interface Facts {
  orders: {
    orderId: string[]
    userId: number[]
    paymentId: string[]
    totalAmount: number[]
    placedAt: number[]
    confirmedAt: number[]
    eventId: string[]
    partition: number[]
    offset: number[]
  }
  items: { orderId: string[]; line: number[]; productId: number[]; quantity: number[]; unitPrice: number[] }
}

export type Confirmed = Pick<Message<OrderConfirmed>, 'value' | 'id' | 'partition' | 'offset'>

/**
 * The facts of a batch, one row per order: of an order that is there twice the later record counts, for one statement
 * may not write a row twice.
 */
export function factsOf(messages: Confirmed[]): Facts {
  const last = [...new Map(messages.map((message) => [message.value.orderId, message])).values()]
  const column = <T>(pick: (message: Confirmed) => T): T[] => last.map(pick)
  const items = last.flatMap(({ value: { orderId, items } }) =>
    items.map((item, index) => ({ ...item, orderId, line: index + 1 })),
  )
  return {
    orders: {
      orderId: column(({ value }) => value.orderId),
      userId: column(({ value }) => value.userId),
      paymentId: column(({ value }) => value.paymentId),
      totalAmount: column(({ value }) => value.totalAmount),
      placedAt: column(({ value }) => value.placedAt / 1000),
      confirmedAt: column(({ value }) => value.confirmedAt / 1000),
      eventId: column(({ id }) => id),
      partition: column(({ partition }) => partition),
      offset: column(({ offset }) => offset),
    },
    items: {
      orderId: items.map((item) => item.orderId),
      line: items.map((item) => item.line),
      productId: items.map((item) => item.productId),
      quantity: items.map((item) => item.quantity),
      unitPrice: items.map((item) => item.unitPrice),
    },
  }
}
