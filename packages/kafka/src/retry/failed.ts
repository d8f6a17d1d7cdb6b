import type { IHeaders, KafkaMessage } from 'kafkajs'
import { reasonOf } from '../errors/reason.ts'
import type { Origin } from './origin.ts'

/** A message that failed on its own, for the last time in the partition where it stands. */
export interface Failed {
  raw: KafkaMessage
  /** With the tries it has had, the last one included. */
  origin: Origin
  error: Error
}

export const errorHeaders = (error: Error): IHeaders => ({
  'kafka_exception-fqcn': error.name,
  'kafka_exception-message': reasonOf(error),
})

/** The error's own code, if it has one. */
export const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : 'HANDLER_FAILED'
