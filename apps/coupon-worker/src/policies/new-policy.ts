import { z } from 'zod'

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

/** Of one policy, restocks included. */
export const mostCoupons = 1_000_000_000

/** What an administrator says of a new policy. */
export const newPolicy = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^\P{Cc}*$/u, 'must not contain control characters'),
    totalQuantity: z.int().min(1).max(mostCoupons),
    opensAt: moment.optional(),
    closesAt: moment.optional(),
    ordering: z.enum(['strict', 'relaxed']).default('strict'),
  })
  .refine(({ opensAt, closesAt }) => opensAt === undefined || closesAt === undefined || closesAt > opensAt, {
    path: ['closesAt'],
    message: 'must be later than opensAt',
  })

export type NewPolicy = z.output<typeof newPolicy>
