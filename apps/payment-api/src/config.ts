import { kafkaSettings } from '@firstcome/kafka'
import { ConfigError, httpSettings, serviceSettings, type Values } from '@firstcome/service'
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

type Times = Values<Pick<typeof settings, 'payment' | 'idempotency'>>

/** Refuses times that contradict each other: two attempts at one payment would run side by side. @throws {ConfigError} */
export function checkTimes({ payment, idempotency }: Times): void {
  const { orderWaitMs, claimSeconds, providerTimeoutMs, abandonAfterMs } = payment
  const problems: string[] = []
  // An attempt waits for its order, then asks the provider and charges; only then may another one resume it.
  const attemptMs = orderWaitMs + 2 * providerTimeoutMs
  if (idempotency.leaseSeconds * 1000 <= attemptMs) {
    problems.push(
      `IDEMPOTENCY_LEASE_S must be longer than PAYMENT_ORDER_WAIT_MS and twice PAYMENT_PROVIDER_TIMEOUT_MS: ${attemptMs} ms`,
    )
  }
  if (claimSeconds * 1000 <= providerTimeoutMs) {
    problems.push(`PAYMENT_CLAIM_S must be longer than PAYMENT_PROVIDER_TIMEOUT_MS: ${providerTimeoutMs} ms`)
  }
  // A charge begins before half of this age, and must have ended when the payment is given up and its order freed.
  if (abandonAfterMs <= 2 * providerTimeoutMs) {
    problems.push(
      `PAYMENT_ABANDON_AFTER_MS must be longer than twice PAYMENT_PROVIDER_TIMEOUT_MS: ${2 * providerTimeoutMs} ms`,
    )
  }
  if (problems.length > 0) throw new ConfigError(problems)
}
