import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const RECORDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500]

export type Metrics = ReturnType<typeof createMetrics>

/** The runtime's metrics; made once per registry, however many clients share it. */
export function createMetrics(registry: Registry) {
  const registers = [registry]
  const once = <M extends Metric>(name: string, make: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? make()
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    once(name, () => new Counter({ name, help, labelNames, registers }))
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    once(name, () => new Gauge({ name, help, labelNames, registers }))
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    once(name, () => new Histogram({ name, help, labelNames, buckets, registers }))

  return {
    buffered: gauge('kafka_producer_buffer_bytes', 'Bytes accepted and not yet acknowledged', []),
    batchRecords: histogram('kafka_producer_batch_records', 'Records per produce request', [], RECORDS),
    ackSeconds: histogram('kafka_producer_ack_seconds', 'From a produce request to its acknowledgement', [], SECONDS),
    recycled: counter('kafka_producer_recycled_total', 'Producers thrown away after a failed or late request', []),
    failed: counter('kafka_producer_failed_total', 'Records that failed to their caller', ['code']),
    lag: gauge('kafka_consumergroup_lag', 'Records of a partition that the group has not committed', [
      'consumergroup',
      'topic',
      'partition',
    ]),
    sliceRecords: histogram(
      'kafka_consumer_batch_records',
      'Records per handled slice',
      ['consumergroup', 'topic'],
      RECORDS,
    ),
    handlerSeconds: histogram(
      'kafka_consumer_handler_seconds',
      'One slice, handler only',
      ['consumergroup', 'topic'],
      SECONDS,
    ),
    retried: counter('kafka_consumer_retries_total', 'Tries of a failing message after its first', [
      'consumergroup',
      'topic',
    ]),
    outages: counter('kafka_consumer_outages_total', 'Pauses of a partition by an outage', ['consumergroup', 'topic']),
    deadLetters: counter('kafka_consumer_dead_letters_total', 'Messages parked', ['consumergroup', 'topic', 'code']),
  }
}
