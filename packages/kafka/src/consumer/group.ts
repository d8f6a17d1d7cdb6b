import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, EachBatchHandler } from 'kafkajs'
import { createClient, createSockets, type Identity } from '../client.ts'
import { KafkaError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import type { KafkaConfig } from '../settings.ts'

const REBUILD_MS = 2_000
/** Heartbeats per session timeout. */
export const BEATS = 10
/** A member that neither fetches nor beats for this much longer than a heartbeat should take has lost its broker. */
const SILENCE_MS = 1_000

export interface Group {
  start(): Promise<void>
  stop(): Promise<void>
  /** Why this member reads nothing at the moment, if so. */
  trouble(): Error | undefined
  /** When it last heard of its group or a broker, epoch milliseconds. */
  lastSign(): number
}

interface Options {
  config: KafkaConfig
  identity: Identity
  /** With prefix, as are the topics. */
  groupId: string
  topics: string[]
  eachBatch: EachBatchHandler
  /** Partitions by full topic name, after each rebalance. */
  onAssigned(assignment: Record<string, number[]>): void
  /** kafkajs gave the consumer up for a reason that waiting does not cure. */
  onCrash(error: KafkaError): void
}

/** Membership in a consumer group: joins, survives the broker being away, and says when it can not go on. */
export function createGroup({ config, identity, groupId, topics, eachBatch, onAssigned, onCrash }: Options): Group {
  const { log } = identity
  const {
    concurrency,
    minBytes,
    maxWaitMs,
    sessionTimeoutMs,
    maxPollIntervalMs,
    maxPartitionFetchBytes,
    fetchMaxBytes,
  } = config.consumer
  let consumer: Consumer | undefined
  let trouble: Error | undefined = new Error('not joined yet')
  let lastSign = Date.now()
  let stopped = false
  let cut = () => {}
  /** Resolves when kafkajs has joined, or has given up: in between it knows of no member that could leave. */
  let joining: PromiseWithResolvers<void> | undefined
  let rebuild: NodeJS.Timeout | undefined

  async function start() {
    const sockets = createSockets(identity.connect)
    cut = sockets.cut
    const current = createClient(config, identity, { sockets, patience: 'long' }).consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: maxPollIntervalMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / BEATS),
      minBytes,
      maxWaitTimeInMs: maxWaitMs,
      maxBytesPerPartition: maxPartitionFetchBytes,
      maxBytes: fetchMaxBytes,
      readUncommitted: false,
      allowAutoTopicCreation: false,
    })
    consumer = current
    // kafkajs counts itself as running, and sets the timer of its restart, a few ticks after it says so.
    const joined = () => void setImmediate((join) => join?.resolve(), joining)
    const sign = () => {
      lastSign = Date.now()
    }
    current.on(current.events.FETCH, sign)
    current.on(current.events.HEARTBEAT, sign)
    current.on(current.events.END_BATCH_PROCESS, sign)
    current.on(current.events.GROUP_JOIN, ({ payload }) => {
      sign()
      trouble = undefined
      joined()
      log.info({ group: groupId, assignment: payload.memberAssignment }, 'Joined the group')
      onAssigned(payload.memberAssignment)
    })
    current.on(current.events.CRASH, ({ payload: { error, restart } }) => {
      trouble = error
      joined()
      if (stopped) return
      if (restart) {
        joining = Promise.withResolvers()
        return
      }
      // Some of what kafkajs calls final is a broker on its way up.
      if (isOutage(error)) startAgain(error)
      else
        onCrash(
          new KafkaError('CONSUMER_CRASHED', `The consumer of ${groupId} crashed: ${error.message}`, { cause: error }),
        )
    })
    await current.connect()
    await current.subscribe({ topics, fromBeginning: true })
    if (stopped) {
      // Told to stop while it was connecting: nobody else will close these connections.
      await current.disconnect()
      return
    }
    joining = Promise.withResolvers()
    // Not waited for: the group may hold the join back until it has given a killed member up (a session timeout), and
    // until then the service can do everything else. `trouble` says that it has not joined; a failure comes as a CRASH.
    const running = current.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch,
    })
    running.catch((error) => {
      joined()
      if (!stopped) startAgain(error)
    })
  }

  function startAgain(cause: Error) {
    log.warn({ err: cause, group: groupId }, 'The consumer is started anew')
    rebuild = setTimeout(() => {
      if (!stopped) start().catch(startAgain)
    }, REBUILD_MS)
  }

  /**
   * Waits for a join that is under way, since kafkajs does not: the group would take in a member that is gone, and keep its
   * partitions for it until a session timeout has passed.
   */
  async function leave() {
    await joining?.promise
    await consumer?.disconnect()
  }

  return {
    start,
    trouble() {
      const silentMs = Date.now() - lastSign
      if (silentMs > SILENCE_MS + config.consumer.sessionTimeoutMs / BEATS) {
        return trouble ?? new Error(`no answer from Kafka for ${Math.round(silentMs / 1000)} s`)
      }
      return trouble
    },
    lastSign: () => lastSign,
    async stop() {
      stopped = true
      trouble = new Error('stopped')
      clearTimeout(rebuild)
      // Waits for the handlers in hand; without a broker it would wait for that, too.
      const bound = sleep(config.producer.closeTimeoutMs, undefined, { ref: false })
      await Promise.race([leave().catch(() => {}), bound])
      cut()
    },
  }
}
