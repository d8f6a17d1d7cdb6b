import { deadLetterTopic, retryTopic } from '@firstcome/events'
import type { Logger } from 'pino'
import { deadLetterRecord } from '../dead-letters/record.ts'
import { asError, KafkaError } from '../errors/kafka-error.ts'
import type { Metrics } from '../metrics.ts'
import type { RawRecord } from '../producer/record.ts'
import { codeOf, type Failed } from '../retry/failed.ts'
import { retryRecord } from '../retry/record.ts'
import type { Verdict } from './failure.ts'

/**
 * Takes a message out of its partition's way. Resolves to undefined once it is safe elsewhere, acknowledged, or to what is in
 * the way of that: then the partition has to wait, since nothing is skipped. `topic` is the event's, without prefix.
 */
export type SetAside = (
  topic: string,
  failed: Failed,
  verdict: Extract<Verdict, { kind: 'retry' | 'park' }>,
) => Promise<Error | undefined>

interface Setting {
  prefix: string
  /** Without prefix. */
  group: string
  log: Logger
  metrics: Metrics
  /** A larger value is left where it is, and its dead letter says where that was. */
  largestBytes: number
  write(record: RawRecord): Promise<unknown>
}

export function createSetAside({ prefix, group, log, metrics, largestBytes, write }: Setting): SetAside {
  async function retry(topic: string, failed: Failed, delayMs: number, jitterMs: number) {
    const to = `${prefix}${retryTopic(topic, group, delayMs)}`
    await write(retryRecord(to, failed, Date.now() + delayMs + jitterMs))
    metrics.retried.inc({ consumergroup: group, topic })
    log.warn({ ...placeOf(failed), err: failed.error, delayMs }, 'A message failed; it is tried again later')
  }

  async function park(topic: string, failed: Failed) {
    const to = { topic: `${prefix}${deadLetterTopic(topic, group)}`, group: `${prefix}${group}` }
    const code = codeOf(failed.error)
    const fits = (failed.raw.value?.length ?? 0) <= largestBytes
    const whole = fits && (await write(deadLetterRecord(to, failed)).then(() => true, notIfTooLarge))
    if (!whole) await write(deadLetterRecord(to, failed, null))
    metrics.deadLetters.inc({ consumergroup: group, topic, code })
    log.error({ ...placeOf(failed), err: failed.error, code }, 'A message was given up')
  }

  return async (topic, failed, verdict) => {
    try {
      if (verdict.kind === 'retry') await retry(topic, failed, verdict.delayMs, verdict.jitterMs)
      else await park(topic, failed)
      return undefined
    } catch (thrown) {
      return asError(thrown)
    }
  }
}

function notIfTooLarge(error: unknown): false {
  if (error instanceof KafkaError && error.code === 'RECORD_TOO_LARGE') return false
  throw error
}

const placeOf = ({ raw, origin }: Failed) => ({
  topic: origin.topic,
  partition: origin.partition,
  offset: origin.offset,
  key: raw.key?.toString(),
  eventId: raw.headers?.ce_id?.toString(),
  attempts: origin.attempts,
})
