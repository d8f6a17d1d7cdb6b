import type { Consumer, EachBatchHandler } from 'kafkajs'
import { createClient, type Identity } from '../client.ts'
import { KafkaError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import type { KafkaConfig } from '../settings.ts'

const REBUILD_MS = 2_000

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
  const { concurrency, maxWaitMs, sessionTimeoutMs, maxPollIntervalMs } = config.consumer
  let consumer: Consumer | undefined
  let trouble: Error | undefined = new Error('not joined yet')
  let lastSign = Date.now()
  let stopped = false
  let rebuild: NodeJS.Timeout | undefined

  async function start() {
    const current = createClient(config, identity).consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: maxPollIntervalMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 10),
      maxWaitTimeInMs: maxWaitMs,
      readUncommitted: false,
      allowAutoTopicCreation: false,
    })
    consumer = current
    const sign = () => {
      lastSign = Date.now()
    }
    current.on(current.events.FETCH, sign)
    current.on(current.events.HEARTBEAT, sign)
    current.on(current.events.END_BATCH_PROCESS, sign)
    current.on(current.events.GROUP_JOIN, ({ payload }) => {
      sign()
      trouble = undefined
      log.info({ group: groupId, assignment: payload.memberAssignment }, 'Joined the group')
      onAssigned(payload.memberAssignment)
    })
    current.on(current.events.CRASH, ({ payload: { error, restart } }) => {
      trouble = error
      if (stopped || restart) return
      // Some of what kafkajs calls final is a broker on its way up.
      if (isOutage(error)) startAgain(error)
      else
        onCrash(
          new KafkaError('CONSUMER_CRASHED', `The consumer of ${groupId} crashed: ${error.message}`, { cause: error }),
        )
    })
    await current.connect()
    await current.subscribe({ topics, fromBeginning: true })
    // Not waited for: the group may hold the join back until it has given a killed member up (a session timeout), and
    // until then the service can do everything else. `trouble` says that it has not joined; a failure comes as a CRASH.
    const running = current.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch,
    })
    running.catch((error) => {
      if (!stopped) startAgain(error)
    })
  }

  function startAgain(cause: Error) {
    log.warn({ err: cause, group: groupId }, 'The consumer is started anew')
    rebuild = setTimeout(() => {
      if (!stopped) start().catch(startAgain)
    }, REBUILD_MS)
  }

  return {
    start,
    trouble: () => trouble,
    lastSign: () => lastSign,
    async stop() {
      stopped = true
      trouble = new Error('stopped')
      clearTimeout(rebuild)
      await consumer?.disconnect()
    },
  }
}
