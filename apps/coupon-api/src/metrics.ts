import { Counter, Gauge, type Registry } from 'prom-client'

/** What the service tells of itself beside HTTP and Kafka. */
export interface CouponMetrics {
  accepted: { inc(): void }
  /** `code` as in the answer. */
  refused: { inc(labels: { code: string }): void }
  /** Event streams that are open. */
  streams: { inc(): void; dec(): void }
}

export interface Gauges {
  /** Held answers (`Prefer: wait`) and event streams. */
  waiters: () => number
  readModelAvailable: () => boolean
}

export function createCouponMetrics(registry: Registry, gauges: Gauges): CouponMetrics {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('coupon_waiters', 'Answers held and streams open for an outcome.', gauges.waiters)
  gauge('coupon_read_model_available', '1 when the read model answers, 0 when status degrades.', () =>
    gauges.readModelAvailable() ? 1 : 0,
  )
  return {
    streams: new Gauge({ name: 'coupon_streams', help: 'Event streams that are open.', registers: [registry] }),
    accepted: new Counter({
      name: 'coupon_requests_accepted_total',
      help: 'Requests that the broker acknowledged.',
      registers: [registry],
    }),
    refused: new Counter({
      name: 'coupon_requests_refused_total',
      help: 'Requests refused before they reached the log, by code.',
      labelNames: ['code'],
      registers: [registry],
    }),
  }
}
