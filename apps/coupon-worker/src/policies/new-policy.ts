import { z } from 'zod'

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

/** What an administrator says of a new policy. */
export const newPolicy = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^\P{Cc}*$/u, 'must not contain control characters'),
    totalQuantity: z.int().min(1).max(1_000_000_000),
    opensAt: moment.optional(),
    closesAt: moment.optional(),
    ordering: z.enum(['strict', 'relaxed']).default('strict'),
  })
  .refine(({ opensAt, closesAt }) => opensAt === undefined || closesAt === undefined || closesAt > opensAt, {
    path: ['closesAt'],
    message: 'must be later than opensAt',
  })

export type NewPolicy = z.output<typeof newPolicy>
