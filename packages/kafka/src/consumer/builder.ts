import type { Contracts, EventType } from '@firstcome/events'
import kafkajs, { type EachBatchPayload } from 'kafkajs'
import type { Admin } from '../admin.ts'
import type { Identity } from '../client.ts'
import { asError, KafkaError } from '../errors/kafka-error.ts'
import type { Host, Resource } from '../host.ts'
import type { Metrics } from '../metrics.ts'
import type { Producer } from '../producer/producer.ts'
import type { KafkaConfig } from '../settings.ts'
import { BEATS, createGroup } from './group.ts'
import type { BatchHandler, DeadLetter, Handler, Middleware, Route } from './handler.ts'
import { createPark } from './park.ts'
import { consumePartition } from './partition.ts'
import { batchRoute, eachRoute } from './route.ts'
import type { Runtime } from './runtime.ts'
import { watch } from './watchdog.ts'

export interface ConsumerOptions {
  /** Most messages per slice; overrides the setting. */
  maxPollRecords?: number
  /** Partitions handled at the same time; overrides the setting. */
  concurrency?: number
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

export function createConsumer(
  group: string,
  options: ConsumerOptions = {},
  surroundings: Surroundings,
): ConsumerBuilder {
  const { host, metrics, admin, producer, contracts, clusterId } = surroundings
  const { onDeadLetter, ...overrides } = options
  const config: KafkaConfig = { ...surroundings.config, consumer: { ...surroundings.config.consumer, ...overrides } }
  const { prefix } = config
  const groupId = `${prefix}${group}`
  const log = surroundings.identity.log.child({ group })
  const identity = { ...surroundings.identity, log }
  const stop = new AbortController()
  const middlewares: Middleware<object>[] = []
  const routes = new Map<string, Route>()
  const timers = new Set<NodeJS.Timeout>()

  const runtime: Runtime = {
    config: config.consumer,
    group,
    clusterId,
    contracts,
    log,
    metrics,
    signal: stop.signal,
    troubles: new Map(),
    busySince: new Map(),
    resumeLater(resume, waitMs) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resume()
      }, waitMs)
      timers.add(timer)
    },
  }
  const park = createPark({
    prefix,
    group,
    log,
    metrics,
    onDeadLetter,
    write: (record) => producer.send([record], { unlimited: true }),
  })

  async function eachBatch(payload: EachBatchPayload) {
    const route = routes.get(payload.batch.topic)!
    // Handlers may take longer than the session; an error of a beat comes again with the next one, between two slices.
    const beat = setInterval(() => payload.heartbeat().catch(() => {}), config.consumer.sessionTimeoutMs / BEATS)
    try {
      await consumePartition(payload, route, runtime, park)
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSError) throw error
      log.error(
        { err: asError(error), topic: payload.batch.topic, partition: payload.batch.partition },
        'Unexpected; the partition waits',
      )
      runtime.resumeLater(payload.pause(), config.consumer.outageMaxMs)
    } finally {
      clearInterval(beat)
    }
  }

  function fail(error: KafkaError) {
    failure = error
    log.fatal({ err: error }, 'This consumer is beyond repair')
    host.fail?.(error)
  }

  /** Forgets what belonged to partitions that went to another member. */
  function onAssigned(assignment: Record<string, number[]>) {
    for (const [full, { event }] of routes) {
      const ours = new Set(assignment[full])
      for (let partition = 0; partition < event.partitions; partition++) {
        if (ours.has(partition)) continue
        runtime.troubles.delete(`${event.topic}/${partition}`)
        metrics.lag.remove({ consumergroup: group, topic: event.topic, partition })
      }
    }
  }

  function add(route: Route) {
    const full = `${prefix}${route.event.topic}`
    // Without its contract every message of it would be undecodable.
    if (!surroundings.events.some(({ topic }) => topic === route.event.topic)) {
      throw new Error(`${route.event.topic} is not among the events that this service connected with`)
    }
    if (routes.has(full)) throw new Error(`${group} has two handlers for ${route.event.topic}`)
    routes.set(full, route)
  }

  let failure: KafkaError | undefined
  let member: ReturnType<typeof createGroup> | undefined
  let watchdog: ReturnType<typeof watch> | undefined

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
      const topics = [...routes.keys()]
      member = createGroup({ config, identity, groupId, topics, eachBatch, onAssigned, onCrash: fail })
      await member.start()
      watchdog = watch({
        groupId,
        maxPollIntervalMs: config.consumer.maxPollIntervalMs,
        busySince: runtime.busySince,
        lastSign: member.lastSign,
        brokerAnswers: () => admin.clusterId().then(Boolean, () => false),
        onStuck: fail,
      })
    },
    async check() {
      if (failure) throw failure
      const trouble = member?.trouble()
      if (trouble)
        throw new KafkaError('UNAVAILABLE', `${groupId} is not reading: ${trouble.message}`, { cause: trouble })
      for (const [place, { error, outages }] of runtime.troubles) {
        // A message that fails on its own is no reason to call the service unready.
        if (outages === 0) continue
        throw new KafkaError('UNAVAILABLE', `${groupId} waits at ${place}: ${error.message}`, { cause: error })
      }
    },
    async close() {
      stop.abort()
      watchdog?.stop()
      for (const timer of timers) clearTimeout(timer)
      await member?.stop()
    },
  }
  return builder
}
