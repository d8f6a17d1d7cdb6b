import kafkajs, { type EachBatchPayload } from 'kafkajs'
import type { Admin } from '../admin.ts'
import type { Identity } from '../client.ts'
import { asError, KafkaError } from '../errors/kafka-error.ts'
import type { Host, Resource } from '../host.ts'
import type { Metrics } from '../metrics.ts'
import type { KafkaConfig } from '../settings.ts'
import { BEATS, createGroup } from './group.ts'
import { trackProgress } from './lag.ts'
import type { Runtime } from './runtime.ts'
import { watch } from './watchdog.ts'

interface MemberOptions {
  config: KafkaConfig
  host: Host
  identity: Identity
  metrics: Metrics
  admin: Admin
  contracts: Runtime['contracts']
  clusterId: string
  /** Without prefix. */
  group: string
  /** Full names. */
  topics: string[]
  /** Works through one fetched batch of one partition. */
  work(payload: EachBatchPayload, runtime: Runtime): Promise<void>
}

export interface Member extends Required<Resource> {
  /** Full names. */
  topics: string[]
}

/** A member of one consumer group: `start` joins it, `check` says why it does not get on, `close` finishes what is in hand and leaves. */
export function createMember(options: MemberOptions): Member {
  const { config, host, metrics, admin, group, topics } = options
  const groupId = `${config.prefix}${group}`
  const log = options.identity.log.child({ group })
  const stop = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const { prefix } = config
  const { lagIntervalMs: intervalMs } = config.consumer
  const progress = trackProgress({ group, groupId, prefix, admin, metrics, intervalMs, log })
  let failure: KafkaError | undefined

  const runtime: Runtime = {
    config,
    group,
    clusterId: options.clusterId,
    contracts: options.contracts,
    log,
    metrics,
    signal: stop.signal,
    troubles: new Map(),
    busySince: new Map(),
    progress,
    resumeLater(resume, waitMs) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resume()
      }, waitMs)
      timers.add(timer)
    },
  }

  async function eachBatch(payload: EachBatchPayload) {
    // Handlers may take longer than the session; an error of a beat comes again with the next one, between two slices.
    const beat = setInterval(() => payload.heartbeat().catch(() => {}), config.consumer.sessionTimeoutMs / BEATS)
    try {
      await options.work(payload, runtime)
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
    progress.assigned(assignment)
    for (const place of runtime.troubles.keys()) {
      const [topic, partition] = place.split('/') as [string, string]
      if (!assignment[`${prefix}${topic}`]?.includes(Number(partition))) runtime.troubles.delete(place)
    }
  }

  const member = createGroup({
    config,
    identity: { ...options.identity, log },
    groupId,
    topics,
    eachBatch,
    onAssigned,
    onCrash: fail,
  })
  let watchdog: ReturnType<typeof watch> | undefined

  return {
    name: `consumer ${group}`,
    topics,
    async start() {
      await member.start()
      if (stop.signal.aborted) return
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
      const trouble = member.trouble()
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
      progress.stop()
      for (const timer of timers) clearTimeout(timer)
      await member.stop()
    },
  }
}
