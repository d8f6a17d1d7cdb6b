import { type Contracts, deadLetterTopic, type EventType } from '@firstcome/events'
import type { EachBatchPayload } from 'kafkajs'
import type { Admin } from '../admin.ts'
import type { Identity } from '../client.ts'
import { consumeDeadLetters } from '../dead-letters/consume.ts'
import { createNotifier } from '../dead-letters/notify.ts'
import type { Host, Resource } from '../host.ts'
import type { Metrics } from '../metrics.ts'
import type { Producer } from '../producer/producer.ts'
import type { KafkaConfig } from '../settings.ts'
import type { RetryPolicy } from './failure.ts'
import type { BatchHandler, DeadLetter, Handler, Middleware, Route } from './handler.ts'
import { createMember, type Member } from './member.ts'
import { consumePartition } from './partition.ts'
import { batchRoute, eachRoute } from './route.ts'
import type { Runtime } from './runtime.ts'
import { createSetAside } from './set-aside.ts'
import { eventSource, retrySources, type Source } from './source.ts'

export interface ConsumerOptions extends Partial<RetryPolicy> {
  /** Most messages per slice; overrides the setting. */
  maxPollRecords?: number
  /** Partitions handled at the same time; overrides the setting. */
  concurrency?: number
  /** Bytes that the broker waits for, up to `maxWaitMs`; overrides the setting. Who need not be quick takes many messages at a time so. */
  minBytes?: number
  /** Most bytes of one partition per fetch; overrides the setting. More of them save waits to those who handle them fast. */
  maxPartitionFetchBytes?: number
  /** Most bytes per fetch, all partitions together; overrides the setting. */
  fetchMaxBytes?: number
  /** Hears of each message that was given up, after it is in the dead-letter topic. Repeated until it does not fail by an outage. */
  onDeadLetter?: (deadLetter: DeadLetter) => Promise<void> | void
}

/** A consumer group's member, put together from handlers; `start` joins the group, `close` commits and leaves it. */
export interface ConsumerBuilder<C extends object = object> extends Resource {
  /** Wraps the handlers registered after it, and adds to what they find in their context. */
  with<Add extends object>(middleware: Middleware<Add>): ConsumerBuilder<C & Add>
  on<T>(event: EventType<T>, handler: Handler<T, C>): ConsumerBuilder<C>
  onBatch<T>(event: EventType<T>, handler: BatchHandler<T>): ConsumerBuilder<C>
}

interface Surroundings {
  config: KafkaConfig
  host: Host
  identity: Identity
  events: readonly EventType<never>[]
  metrics: Metrics
  admin: Admin
  producer: Producer
  contracts: Contracts
  clusterId: string
}

/**
 * Up to three members, each of a group of its own, so that none waits for another: the events themselves (`<group>`), their
 * retry topics (`<group>.retry`) and their dead letters (`<group>.dlt`). The last two where the catalogue names the group.
 */
export function createConsumer(
  group: string,
  options: ConsumerOptions = {},
  surroundings: Surroundings,
): ConsumerBuilder {
  const { host, metrics, admin, producer } = surroundings
  const { onDeadLetter, retries = 'topics', notRetried, onRetry, ...overrides } = options
  const config: KafkaConfig = { ...surroundings.config, consumer: { ...surroundings.config.consumer, ...overrides } }
  const { prefix } = config
  const { dltWebhookUrl: url, dltWebhookIntervalMs: intervalMs } = config.consumer
  const middlewares: Middleware<object>[] = []
  const routes: Route[] = []
  let members: Member[] = []

  const log = surroundings.identity.log.child({ group })
  const notifier = createNotifier({ url, intervalMs, log, metrics })
  const setAside = createSetAside({
    prefix,
    group,
    log,
    metrics,
    largestBytes: config.producer.bufferBytes / 4,
    write: (record) => producer.send([record], { unlimited: true }),
  })

  function add(route: Route) {
    const { topic } = route.event
    // Without its contract every message of it would be undecodable.
    if (!surroundings.events.some((event) => event.topic === topic))
      throw new Error(`${topic} is not among the events that this service connected with`)
    if (routes.some(({ event }) => event.topic === topic)) throw new Error(`${group} has two handlers for ${topic}`)
    routes.push(route)
  }

  function createMembers() {
    const ours = routes.filter(({ event }) => event.consumers.includes(group))
    const reading = (name: string, sources: Source[]) => {
      const byTopic = new Map(sources.map((source) => [source.full, source]))
      return member(name, byTopic, (source, payload, runtime) => {
        const inPlace = !ours.includes(source.route)
        const policy: RetryPolicy = { retries: inPlace ? 'in-place' : retries, notRetried, onRetry }
        return consumePartition(payload, source, runtime, policy, setAside)
      })
    }
    const letters = new Map(ours.map(({ event }) => [`${prefix}${deadLetterTopic(event.topic, group)}`, event]))
    return [
      reading(
        group,
        routes.map((route) => eventSource(route, config)),
      ),
      reading(
        `${group}.retry`,
        ours.flatMap((route) => retrySources(route, group, config)),
      ),
      member(`${group}.dlt`, letters, (event, payload, runtime) =>
        consumeDeadLetters(payload, event, runtime, { group, notify: notifier.tell, onDeadLetter }),
      ),
    ].filter((one) => one !== undefined)
  }

  /** None where there is nothing to read. */
  function member<T>(
    name: string,
    topics: Map<string, T>,
    work: (what: T, payload: EachBatchPayload, runtime: Runtime) => Promise<void>,
  ): Member | undefined {
    if (topics.size === 0) return undefined
    return createMember({
      ...surroundings,
      config,
      group: name,
      topics: [...topics.keys()],
      work: (payload, runtime) => work(topics.get(payload.batch.topic)!, payload, runtime),
    })
  }

  const builder: ConsumerBuilder = {
    name: `consumer ${group}`,
    with(middleware) {
      middlewares.push(middleware as Middleware<object>)
      return builder as never
    },
    on(event, handler) {
      add(eachRoute(event, handler, [...middlewares], host.tracing))
      return builder
    },
    onBatch(event, handler) {
      add(batchRoute(event, handler))
      return builder
    },
    async start() {
      members = createMembers()
      // A retry topic that is not there would stop a partition at the first failure, long after the deployment that forgot it.
      await admin.partitions(members.flatMap(({ topics }) => topics))
      await Promise.all(members.map((one) => one.start()))
    },
    async check() {
      await Promise.all(members.map((one) => one.check()))
    },
    async close() {
      await Promise.all(members.map((one) => one.close()))
      await notifier.close()
    },
  }
  return builder
}
