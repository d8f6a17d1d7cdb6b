import type { EventType } from '@firstcome/events'
import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import { commit } from '../consumer/commit.ts'
import { outageWait } from '../consumer/failure.ts'
import type { DeadLetter } from '../consumer/handler.ts'
import type { Runtime } from '../consumer/runtime.ts'
import { asError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import { readDeadLetter } from './read.ts'

export interface Bereaved {
  /** Group that gave the messages up, without prefix. */
  group: string
  /** Told of each dead letter; must neither wait nor throw. */
  notify(letter: DeadLetter): void
  onDeadLetter?: ((letter: DeadLetter) => Promise<void> | void) | undefined
}

/**
 * Takes note of dead letters, one by one: log, metric, operator, and then the service's own callback, which is repeated while
 * something is away. Whatever else the callback throws is logged and passed over: a dead letter has nowhere further to go.
 */
export async function consumeDeadLetters(
  payload: EachBatchPayload,
  event: EventType<unknown>,
  runtime: Runtime,
  { group, notify, onDeadLetter }: Bereaved,
): Promise<void> {
  const { batch } = payload
  const { troubles, busySince, metrics, progress, log } = runtime
  const place = `${batch.topic.slice(runtime.config.prefix.length)}/${batch.partition}`

  for (const raw of batch.messages) {
    if (!payload.isRunning() || payload.isStale() || runtime.signal.aborted) return
    busySince.set(place, Date.now())
    progress.standsAt(place, Number(raw.timestamp))
    try {
      await take(raw)
    } catch (error) {
      if (!isOutage(error)) throw error
      return wait(raw, asError(error))
    } finally {
      busySince.delete(place)
    }
    troubles.delete(place)
    await commit(payload, raw.offset)
    progress.movedOn(place, Number(raw.offset) + 1, Number(batch.highWatermark))
    await payload.heartbeat()
  }

  async function take(raw: KafkaMessage) {
    const letter = await readDeadLetter(
      runtime.contracts,
      event,
      group,
      raw,
      `${batch.topic}/${batch.partition}/${raw.offset}`,
    )
    // Once, however often the callback has to be repeated.
    if (troubles.get(place)?.offset !== raw.offset) announce(letter, raw)
    try {
      await onDeadLetter?.(letter)
    } catch (error) {
      if (isOutage(error)) throw error
      log.error({ err: asError(error), ...placeOf(letter) }, 'onDeadLetter failed; the letter stays where it is')
    }
  }

  function announce(letter: DeadLetter, raw: KafkaMessage) {
    const { message, code, reason, attempts, replays } = letter
    metrics.deadLettersSeen.inc({ consumergroup: group, topic: letter.topic, code })
    log.error(
      {
        ...placeOf(letter),
        letter: letter.place,
        key: raw.key?.toString(),
        eventId: message?.id,
        code,
        reason,
        attempts,
        ...(replays > 0 && { replays }),
      },
      'A message failed for good',
    )
    notify(letter)
  }

  function wait(raw: KafkaMessage, error: Error) {
    const trouble = troubles.get(place) ?? { offset: raw.offset, attempts: 0, outages: 0, error }
    const { waitMs } = outageWait(trouble, runtime.config.consumer)
    troubles.set(place, { ...trouble, offset: raw.offset, outages: trouble.outages + 1, error })
    log.warn(
      { err: error, letter: `${place}/${raw.offset}`, waitMs: Math.round(waitMs) },
      'A dead letter waits: something is away',
    )
    runtime.resumeLater(payload.pause(), waitMs)
  }
}

const placeOf = ({ topic, partition, offset }: DeadLetter) => ({ topic, partition, offset })
