import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { Origin } from './origin.ts'

/** A message that failed on its own, for the last time in the partition where it stands. */
export interface Failed {
  raw: KafkaMessage
  /** With the tries it has had, the last one included. */
  origin: Origin
  error: Error
}

/** A reason is for people: a message that quotes a whole payload must not make the record too large to write. */
const REASON_LENGTH = 1000

export const errorHeaders = ({ name, message }: Error): IHeaders => ({
  'kafka_exception-fqcn': name,
  'kafka_exception-message': message.slice(0, REASON_LENGTH),
})

/** The error's own code, if it has one. */
export const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : 'HANDLER_FAILED'
