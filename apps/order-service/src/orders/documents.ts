import type { OrderRejectionReason } from '@firstcome/events'
import { bodyId } from '@firstcome/service'
import { z } from 'zod'

/** Orders as clients see them. Amounts are integer minor units of the currency, times are epoch milliseconds. */

const amount = z.int().min(0).meta({ description: 'Minor units of the currency.' })
const time = z.int().min(0).meta({ description: 'Milliseconds since 1970-01-01T00:00:00Z.' })

const orderedItem = z
  .strictObject({ productId: bodyId, quantity: z.int().min(1), unitPrice: amount })
  .meta({ id: 'OrderedItem', description: 'A product at the price it had when the order was placed.' })

const contents = {
  orderId: z.uuid(),
  items: z.array(orderedItem).min(1).meta({ description: 'One for each product, by product number.' }),
  totalAmount: amount,
}
const placed = { ...contents, userId: bodyId, placedAt: time }

const reasons: Record<OrderRejectionReason, true> = {
  UNKNOWN: true,
  ORDER_NOT_FOUND: true,
  ORDER_EXPIRED: true,
  ORDER_ALREADY_PAID: true,
  AMOUNT_MISMATCH: true,
}

export const placedOrder = z
  .strictObject({ ...contents, status: z.literal('PENDING_PAYMENT') })
  .meta({ id: 'PlacedOrder', description: 'An order that was placed just now.' })

export const shownOrder = z
  .discriminatedUnion('status', [
    z
      .strictObject({ ...placed, status: z.literal('PENDING_PAYMENT') })
      .meta({ id: 'PendingOrder', description: 'Waits for its payment.' }),
    z
      .strictObject({ ...placed, status: z.literal('CONFIRMED'), paymentId: z.uuid(), confirmedAt: time })
      .meta({ id: 'ConfirmedOrder', description: 'Paid and final.' }),
    z
      .strictObject({
        ...placed,
        status: z.literal('REJECTED'),
        reason: z.enum(Object.keys(reasons) as OrderRejectionReason[]),
        rejectedAt: time,
      })
      .meta({ id: 'RejectedOrder', description: 'Can no longer be paid; whatever is paid for it goes back.' }),
  ])
  .meta({ id: 'Order' })

export const orderPage = z
  .strictObject({
    items: z.array(shownOrder),
    next: z.uuid().nullable().meta({ description: 'The `cursor` of the next page; null on the last.' }),
  })
  .meta({ id: 'OrderPage' })
