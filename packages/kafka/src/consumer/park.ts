import type { KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { Message } from '../envelope.ts'
import { asError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import type { Metrics } from '../metrics.ts'
import type { RawRecord } from '../producer/record.ts'
import { deadLetterRecord } from './dead-letter.ts'
import type { Trouble } from './failure.ts'
import type { DeadLetter } from './handler.ts'

export interface Hopeless {
  /** Without prefix. */
  topic: string
  partition: number
  raw: KafkaMessage
  /** Undefined where the bytes could not be read. */
  message: Message<unknown> | undefined
  trouble: Trouble
  /** Tries it had, the last one included. */
  attempts: number
}

/** Gives a message up. Answers undefined when that is done, or what is in the way: then the partition has to wait. */
export type Park = (hopeless: Hopeless) => Promise<Error | undefined>

interface Parking {
  prefix: string
  group: string
  log: Logger
  metrics: Metrics
  write(record: RawRecord): Promise<unknown>
  onDeadLetter: ((deadLetter: DeadLetter) => Promise<void> | void) | undefined
}

/** First into the dead-letter topic, acknowledged; then the service hears of it. Nothing is skipped when either does not work. */
export function createPark({ prefix, group, log, metrics, write, onDeadLetter }: Parking): Park {
  return async ({ topic, partition, raw, message, trouble, attempts }) => {
    const { error } = trouble
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'HANDLER_FAILED'
    if (!trouble.parked) {
      try {
        await write(deadLetterRecord({ prefix, topic, group, partition, raw, error, code, attempts }))
      } catch (thrown) {
        return asError(thrown)
      }
      trouble.parked = true
      metrics.deadLetters.inc({ consumergroup: group, topic, code })
      log.error(
        { err: error, topic, partition, offset: raw.offset, eventId: message?.id, attempts, code },
        'Message parked',
      )
    }
    try {
      const offset = Number(raw.offset)
      await onDeadLetter?.({ group, topic, partition, offset, message, code, reason: error.message, attempts })
    } catch (thrown) {
      if (isOutage(thrown)) return asError(thrown)
      log.error({ err: asError(thrown), topic, partition, offset: raw.offset }, 'onDeadLetter failed; moving on')
    }
    return undefined
  }
}
