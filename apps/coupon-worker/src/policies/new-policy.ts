import { text } from '@firstcome/service'
import { z } from 'zod'

/** Of years that have four digits wherever on earth they are told, and that all who read the events can tell. */
const moment = z.iso
  .datetime({ offset: true })
  .refine((moment) => moment.startsWith('2'), 'must be of the years 2000 to 2999')
  .transform((moment) => Date.parse(moment))
const years = {
  pattern: String.raw`^2\d{3}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`,
}

/** Of one policy, restocks included. */
export const mostCoupons = 1_000_000_000

/** What an administrator says of a new policy. */
export const newPolicy = z
  .strictObject({
    name: text(100),
    totalQuantity: z.int().min(1).max(mostCoupons),
    opensAt: moment.optional().meta({ description: 'Default: from now on.', ...years }),
    closesAt: moment.optional().meta({ description: 'Later than `opensAt`. Default: never.', ...years }),
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
