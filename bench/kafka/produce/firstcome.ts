import { couponIssueRequested } from '@firstcome/events'
import type { Kafka } from '@firstcome/kafka'
import { request } from '../record.ts'
import { type BenchProducer, callers } from './producer.ts'

const CALLERS = 1000
const BATCH = 500

/** A record a call, a thousand callers at a time; nobody makes batches. */
export function firstcome(kafka: Kafka): BenchProducer {
  return {
    name: 'firstcome, a record a call',
    send: (record) => kafka.sendRecords([record]),
    flood: (count, records) => callers(CALLERS, count, (n) => kafka.sendRecords([records(n)])),
    close: async () => {},
  }
}

/** The same with what comes before: each event is validated, encoded and given an envelope while the clock runs. */
export function firstcomeEncoding(kafka: Kafka, policies: number): BenchProducer {
  return {
    name: 'firstcome, encoding included',
    send: () => kafka.send(couponIssueRequested, request(1, 1)),
    flood: (count) =>
      callers(CALLERS, count, (n) =>
        kafka.send(couponIssueRequested, request(n % policies, n), { correlationId: 'bench' }),
      ),
    close: async () => {},
  }
}

/** Batches that are there already, as an outbox has them: two calls of 500, each followed by the next. */
export function firstcomeBatches(kafka: Kafka): BenchProducer {
  return {
    name: 'firstcome, 500 records a call',
    send: (record) => kafka.sendRecords([record]),
    flood: (count, records) =>
      callers(2, Math.ceil(count / BATCH), (n) =>
        kafka.sendRecords(Array.from({ length: Math.min(BATCH, count - n * BATCH) }, (_, i) => records(n * BATCH + i))),
      ),
    close: async () => {},
  }
}
