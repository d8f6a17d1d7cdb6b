import { redisSettings } from '@firstcome/stores/redis'
import { z } from 'zod'

const databaseUrl = (env: string, owner: string) => ({
  env,
  schema: z
    .url({ protocol: /^postgres(?:ql)?$/ })
    .describe(`Postgres database of ${owner}, with a role that may read it`),
})
const days = (env: string, byDefault: number, what: string) => ({
  env,
  schema: z.coerce.number().int().min(1).default(byDefault).describe(what),
})

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

export const settings = {
  databases: {
    payments: databaseUrl('PAYMENT_DATABASE_URL', 'payment-api'),
    orders: databaseUrl('ORDERS_DATABASE_URL', 'order-service'),
    facts: databaseUrl('DATA_PLATFORM_DATABASE_URL', 'data-platform-sink'),
  },
  redis: redisSettings,
  /** As ranking-service has them: names and defaults are its own. */
  ranking: {
    timeZone: {
      env: 'RANKING_TIME_ZONE',
      schema: z
        .string()
        .refine(isTimeZone, 'is not an IANA time zone')
        .default('Asia/Seoul')
        .describe('The zone whose days, weeks and months the boards cover (IANA name)'),
    },
    ages: {
      daily: days('RANKING_DAILY_AGE_DAYS', 90, 'Days that a daily board is kept after its day'),
      weekly: days('RANKING_WEEKLY_AGE_DAYS', 400, 'Days that a weekly board is kept after its Sunday'),
      monthly: days('RANKING_MONTHLY_AGE_DAYS', 800, 'Days that a monthly board is kept after its end'),
      seen: days('RANKING_SEEN_AGE_DAYS', 30, 'Days that counted orders are remembered'),
    },
  },
}
