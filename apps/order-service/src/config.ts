import { kafkaSettings } from '@firstcome/kafka'
import { httpSettings, serviceSettings } from '@firstcome/service'
import { postgresSettings } from '@firstcome/stores/postgres'
import { z } from 'zod'

const number = (byDefault: number, what: string) => z.coerce.number().int().min(1).default(byDefault).describe(what)

const orderSettings = {
  unpaidSeconds: {
    env: 'ORDER_UNPAID_S',
    schema: number(24 * 60 * 60, 'How long an order waits for its payment; what is paid for it later goes back'),
  },
  expireEveryMs: {
    env: 'ORDER_EXPIRE_EVERY_MS',
    schema: number(5_000, 'How often orders that nobody paid are looked for'),
  },
  maxBatch: {
    env: 'ORDER_MAX_BATCH',
    schema: number(500, 'Payments or refunds taken in by one transaction at most'),
  },
}

export const settings = {
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  database: postgresSettings('orders'),
  orders: orderSettings,
}
