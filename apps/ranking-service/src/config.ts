import { kafkaSettings } from '@firstcome/kafka'
import { httpSettings, serviceSettings } from '@firstcome/service'
import { redisSettings } from '@firstcome/stores/redis'
import { z } from 'zod'

const days = (byDefault: number, what: string) => z.coerce.number().int().min(1).default(byDefault).describe(what)

const rankingSettings = {
  timeZone: {
    env: 'RANKING_TIME_ZONE',
    schema: z
      .string()
      .refine(isTimeZone, 'is not an IANA time zone')
      .default('Asia/Seoul')
      .describe('The zone whose days, weeks and months the boards cover (IANA name)'),
  },
  maxBatch: {
    env: 'RANKING_MAX_BATCH',
    schema: z.coerce.number().int().min(1).max(5000).default(500).describe('Orders counted by one Redis script call'),
  },
  ages: {
    daily: { env: 'RANKING_DAILY_AGE_DAYS', schema: days(90, 'Days that a daily board is kept after its day') },
    weekly: { env: 'RANKING_WEEKLY_AGE_DAYS', schema: days(400, 'Days that a weekly board is kept after its Sunday') },
    monthly: { env: 'RANKING_MONTHLY_AGE_DAYS', schema: days(800, 'Days that a monthly board is kept after its end') },
    seen: {
      env: 'RANKING_SEEN_AGE_DAYS',
      schema: days(30, 'Days that counted orders are remembered; one that comes later than that is left to a rebuild'),
    },
  },
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

export const settings = {
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  redis: redisSettings,
  ranking: rankingSettings,
}
