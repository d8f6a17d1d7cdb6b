import { z } from 'zod'

/** Payments as clients see them. */

const time = z.iso.datetime()

const basics = {
  paymentId: z.uuid(),
  orderId: z.uuid(),
  amount: z.int().min(0).meta({ description: 'Minor units of the currency.' }),
}

/** The money of a payment that is being refunded is still with the shop: to the client it is COMPLETED. */
export const completedPayment = z
  .strictObject({ ...basics, status: z.enum(['COMPLETED', 'REFUNDED']) })
  .meta({ id: 'CompletedPayment', description: 'The money was taken; where it went back since, it says so.' })

export const shownPayment = z
  .strictObject({
    ...basics,
    status: z.enum(['PENDING', 'COMPLETED', 'DECLINED', 'REFUNDED']).meta({
      description: '`PENDING`: the provider has not said yet; it is asked until it does.',
    }),
    method: z.string(),
    createdAt: time,
    settledAt: time.nullable().meta({ description: 'When the provider had said; null before.' }),
    refundedAt: time.nullable().meta({ description: 'When the money went back; null where it did not.' }),
  })
  .meta({ id: 'Payment' })
