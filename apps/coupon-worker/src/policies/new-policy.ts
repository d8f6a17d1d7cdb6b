import { text } from '@firstcome/service'
import { z } from 'zod'

const moment = z.iso.datetime({ offset: true }).transform((moment) => Date.parse(moment))

/** Of one policy, restocks included. */
export const mostCoupons = 1_000_000_000

/** What an administrator says of a new policy. */
export const newPolicy = z
  .strictObject({
    name: text(100),
    totalQuantity: z.int().min(1).max(mostCoupons),
    opensAt: moment.optional().meta({ description: 'Default: from now on.' }),
    closesAt: moment.optional().meta({ description: 'Later than `opensAt`. Default: never.' }),
    ordering: z.enum(['strict', 'relaxed']).default('strict'),
  })
  .refine(({ opensAt, closesAt }) => opensAt === undefined || closesAt === undefined || closesAt > opensAt, {
    path: ['closesAt'],
    message: 'must be later than opensAt',
  })
  .meta({
    id: 'NewCouponPolicy',
    examples: [{ name: 'Spring sale', totalQuantity: 1000, opensAt: '2026-03-01T12:00:00+09:00' }],
  })

export type NewPolicy = z.output<typeof newPolicy>
