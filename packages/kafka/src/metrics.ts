import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const RECORDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500]

/** Where a group's partition stands; undefined is what its member does not know yet. */
export interface Standing {
  /** Group and topic without prefix. */
  labels: { consumergroup: string; topic: string; partition: number }
  /** Records. */
  lag: number | undefined
  ageSeconds: number | undefined
}

type Standings = Set<() => Standing[]>

/** One set for each registry, as with its metrics. */
const standingsOf = new WeakMap<Registry, Standings>()

/** What a producer has accepted and not settled yet. */
export interface Backlog {
  records: number
  bytes: number
}

type Backlogs = Set<() => Backlog>

const backlogsOf = new WeakMap<Registry, Backlogs>()

export type Metrics = ReturnType<typeof createMetrics>

/** The runtime's metrics; made once per registry, however many clients share it. */
export function createMetrics(registry: Registry) {
  const registers = [registry]
  const once = <M extends Metric>(name: string, make: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? make()
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    once(name, () => new Counter({ name, help, labelNames, registers }))
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    once(name, () => new Histogram({ name, help, labelNames, buckets, registers }))

  const standings: Standings = standingsOf.get(registry) ?? new Set()
  standingsOf.set(registry, standings)
  /** Read at each scrape: an age grows by itself, and a partition that went to another member must not be told by both. */
  const standing = (name: string, help: string, pick: (one: Standing) => number | undefined) =>
    once(name, () => {
      const labelNames = ['consumergroup', 'topic', 'partition'] as const
      return new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset()
          for (const one of [...standings].flatMap((ask) => ask())) {
            const value = pick(one)
            if (value !== undefined) this.set(one.labels, value)
          }
        },
      })
    })

  const backlogs: Backlogs = backlogsOf.get(registry) ?? new Set()
  backlogsOf.set(registry, backlogs)
  /** Of all producers together. Read at each scrape: to set it for each record would cost more than to gather it. */
  const backlog = (name: string, help: string, pick: (one: Backlog) => number) =>
    once(name, () => {
      const sum = () => [...backlogs].reduce((total, ask) => total + pick(ask()), 0)
      return new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(sum())
        },
      })
    })

  return {
    /** Who is asked for what waits to be sent or acknowledged. */
    backlogs,
    /** Who is asked for the lag and the age of partitions. */
    standings,
    queueBytes: backlog('kafka_producer_buffer_bytes', 'Bytes accepted and not yet acknowledged', ({ bytes }) => bytes),
    queueRecords: backlog(
      'kafka_producer_queue_records',
      'Records accepted and not yet acknowledged',
      ({ records }) => records,
    ),
    batchRecords: histogram('kafka_producer_batch_records', 'Records per produce request', [], RECORDS),
    ackSeconds: histogram('kafka_producer_ack_seconds', 'From a produce request to its acknowledgement', [], SECONDS),
    recycled: counter('kafka_producer_recycled_total', 'Producers thrown away after a failed or late request', []),
    failed: counter('kafka_producer_failed_total', 'Records that failed to their caller', ['code']),
    lag: standing(
      'kafka_consumergroup_lag',
      'Records of a partition that the group has not committed',
      ({ lag }) => lag,
    ),
    age: standing(
      'kafka_consumergroup_oldest_age_seconds',
      'Age of the oldest record that the group has not committed; of a retry, since it fell due',
      ({ ageSeconds }) => ageSeconds,
    ),
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
    deadLetters: counter('kafka_consumer_dead_letters_total', 'Messages given up: written to the dead letters', [
      'consumergroup',
      'topic',
      'code',
    ]),
    deadLettersSeen: counter('kafka_dead_letters_total', 'Dead letters that their group has taken note of', [
      'consumergroup',
      'topic',
      'code',
    ]),
    notified: counter('kafka_dead_letter_notifications_total', 'Notices of dead letters to the webhook', ['result']),
  }
}
