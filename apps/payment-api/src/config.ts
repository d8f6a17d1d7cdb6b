import { kafkaSettings } from '@firstcome/kafka'
import { httpSettings, serviceSettings } from '@firstcome/service'
import { postgresSettings } from '@firstcome/stores/postgres'
import { z } from 'zod'

const number = (byDefault: number, what: string) => z.coerce.number().int().min(1).default(byDefault).describe(what)

const paymentSettings = {
  orderWaitMs: {
    env: 'PAYMENT_ORDER_WAIT_MS',
    schema: number(2000, 'How long a payment waits for an order not known yet, or being paid by another request'),
  },
  claimSeconds: {
    env: 'PAYMENT_CLAIM_S',
    schema: number(30, 'After this a payment that a crashed process left behind is looked into'),
  },
  providerTimeoutMs: {
    env: 'PAYMENT_PROVIDER_TIMEOUT_MS',
    schema: number(2000, 'Longest wait for the payment provider; past it the outcome is unknown'),
  },
  abandonAfterMs: {
    env: 'PAYMENT_ABANDON_AFTER_MS',
    schema: number(120_000, 'Age at which a charge that never reached the provider is given up'),
  },
  settleEveryMs: {
    env: 'PAYMENT_SETTLE_EVERY_MS',
    schema: number(500, 'How often payments without an outcome and refunds are looked for'),
  },
  maxBatch: {
    env: 'PAYMENT_MAX_BATCH',
    schema: number(500, 'Placed orders taken in by one statement at most'),
  },
}

const idempotencySettings = {
  leaseSeconds: {
    env: 'IDEMPOTENCY_LEASE_S',
    schema: number(30, 'How long a key is held for a request in flight, before a repeated one may resume it'),
  },
  rememberedHours: {
    env: 'IDEMPOTENCY_REMEMBERED_H',
    schema: number(24, 'How long the answer to an Idempotency-Key is remembered'),
  },
}

export const settings = {
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  database: postgresSettings('payment'),
  payment: paymentSettings,
  idempotency: idempotencySettings,
}
