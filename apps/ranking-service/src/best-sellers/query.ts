import { limitOf } from '@firstcome/service'
import { z } from 'zod'
import { periods } from '../calendar/period.ts'

/** What GET /api/rankings/best-sellers takes; `date` is any day of the board that is asked for, today by default. */
export const bestSellersQuery = z.strictObject({
  period: z.enum(periods).default('daily').meta({ description: 'Weeks are ISO weeks: Monday to Sunday.' }),
  date: z.iso
    .date()
    .transform((iso) => Temporal.PlainDate.from(iso))
    // A week of the first or the last year that can be written may begin or end in one that can not.
    .refine(({ year }) => year >= 1000 && year < 3000, 'must be a day of the years 1000 to 2999')
    .optional()
    .meta({ description: 'Any day of the board; today by default.', pattern: '^[12]\\d{3}-\\d{2}-\\d{2}$' }),
  limit: limitOf({ most: 100, byDefault: 10 }),
})
