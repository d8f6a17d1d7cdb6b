import { z } from 'zod'
import { periods } from '../calendar/period.ts'

/** What GET /api/rankings/best-sellers takes; `date` is any day of the board that is asked for, today by default. */
export const bestSellersQuery = z.strictObject({
  period: z.enum(periods).default('daily'),
  date: z.iso
    .date()
    .transform((iso) => Temporal.PlainDate.from(iso))
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be an integer from 1 to 100')
    .transform(Number)
    .pipe(z.number().int().min(1).max(100))
    .default(10),
})
