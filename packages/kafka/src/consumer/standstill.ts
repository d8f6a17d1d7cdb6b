import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { Message } from '../envelope.ts'
import { asError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import { judge, outageWait, type RetryPolicy, type Trouble } from './failure.ts'
import type { FirstRetry } from './handler.ts'
import type { InHand } from './in-hand.ts'
import type { Runtime } from './runtime.ts'
import type { SetAside } from './set-aside.ts'
import { originOf, type Source } from './source.ts'

/** Deals with the message at which a partition stands. */
export interface Standstill {
  /** The trouble that this message is known to make, if it is the one at which the partition stands. */
  troubleAt(raw: KafkaMessage): Trouble | undefined
  /** `message` is undefined where it could not be read. `waits`: the partition is paused. `aside`: it may move on. */
  deal(raw: KafkaMessage, message: Message<unknown> | undefined, error: Error): Promise<'waits' | 'aside'>
}

interface Setting {
  payload: EachBatchPayload
  source: Source
  runtime: Runtime
  policy: RetryPolicy
  setAside: SetAside
  inHand: InHand
  log: Logger
}

export function createStandstill({ payload, source, runtime, policy, setAside, inHand, log }: Setting): Standstill {
  const { partition, highWatermark } = payload.batch
  const { topic } = source.route.event
  const { troubles, metrics, clusterId } = runtime
  const { consumer: limits } = runtime.config
  const place = `${source.topic}/${partition}`
  const labels = { consumergroup: runtime.group, topic: source.topic }

  function troubleAt({ offset }: KafkaMessage) {
    const trouble = troubles.get(place)
    return trouble?.offset === offset ? trouble : undefined
  }

  async function deal(raw: KafkaMessage, message: Message<unknown> | undefined, error: Error) {
    const trouble: Trouble = troubleAt(raw) ?? { offset: raw.offset, attempts: 0, outages: 0, error }
    trouble.error = error
    troubles.set(place, trouble)

    const origin = originOf(source, partition, raw)
    const attempts = origin.attempts + trouble.attempts + 1
    // Bytes that can not be read today can not be read in a second either. And what has left its place once has none to keep.
    const rules: RetryPolicy = {
      retries: source.retry ? 'topics' : policy.retries,
      notRetried: message ? policy.notRetried : () => true,
    }
    let verdict = judge(error, { tries: attempts, outages: trouble.outages }, limits, rules)
    if (verdict.kind === 'retry' || verdict.kind === 'park') {
      const leaves = verdict.kind === 'retry' && !source.retry
      const obstacle =
        (leaves && (await announce({ ...placeOf(message!), message: message!, attempts, error }))) ||
        (await setAside(topic, { raw, origin: { ...origin, attempts }, error }, verdict))
      if (!obstacle) return 'aside'
      log.warn({ err: obstacle, offset: raw.offset }, 'A message could not be set aside yet')
      trouble.error = obstacle
      verdict = outageWait(trouble, limits)
    }

    const away = verdict.kind === 'outage'
    if (away) {
      trouble.outages++
      metrics.outages.inc(labels)
    } else {
      trouble.attempts++
      metrics.retried.inc(labels)
    }
    const line = away ? 'Something is away; the partition waits' : 'A message failed; the partition tries it again'
    log.warn({ err: trouble.error, offset: raw.offset, attempts, waitMs: Math.round(verdict.waitMs) }, line)
    runtime.resumeLater(payload.pause(), verdict.waitMs)
    return 'waits'
  }

  const placeOf = ({ offset }: Message<unknown>) => ({
    topic,
    partition,
    offset,
    clusterId,
    highWatermark: Number(highWatermark),
  })

  /** Resolves to what is away, if something is: then nothing may be written. */
  async function announce(retry: FirstRetry): Promise<Error | undefined> {
    const layDown = inHand.take()
    try {
      await policy.onRetry?.(retry)
    } catch (thrown) {
      const error = asError(thrown)
      if (isOutage(error)) return error
      log.error({ err: error, offset: retry.offset }, 'onRetry failed; the message is set aside all the same')
    } finally {
      layDown()
    }
    return undefined
  }

  return { troubleAt, deal }
}
