import { kafkaSettings } from '@firstcome/kafka'
import { httpSettings, serviceSettings } from '@firstcome/service'
import { postgresSettings } from '@firstcome/stores/postgres'
import { z } from 'zod'
import { failPointSetting } from './fail-points.ts'

/** Every setting of the worker. Describes the environment, reads nothing. */
export const settings = {
  service: serviceSettings,
  http: httpSettings,
  database: postgresSettings('coupon'),
  kafka: {
    ...kafkaSettings,
    consumer: {
      ...kafkaSettings.consumer,
      maxPollRecords: {
        env: 'KAFKA_MAX_POLL_RECORDS',
        schema: z.coerce
          .number()
          .int()
          .min(1)
          .default(2000)
          .describe('Most requests decided in one transaction; a batch costs the same round trips whatever its size'),
      },
    },
  },
  keepDecisionsDays: {
    env: 'KEEP_DECISIONS_DAYS',
    schema: z.coerce
      .number()
      .positive()
      .default(8)
      .describe('How long outcomes can be read back after a redelivery; longer than the retention of coupon-issue'),
  },
  failAt: failPointSetting,
}
