/**
 * What the runtime can refuse or fail with. Retriable means: the same call may succeed later without anybody changing anything.
 *
 * | code | meaning | retriable |
 * |---|---|---|
 * | `BUFFER_FULL` | the broker is slower than the callers; nothing was taken in | yes |
 * | `DELIVERY_TIMEOUT` | no acknowledgement before the deadline; the record **may still have been written** | yes |
 * | `CLOSED` | the service is stopping; a record in flight may still have been written | yes |
 * | `UNAVAILABLE` | no broker answered a question about topics or offsets | yes |
 * | `RECORD_TOO_LARGE` | larger than the setting or than the broker's limit; the others of its batch are not affected | no |
 * | `RECORD_REJECTED` | the broker refuses this record for good (authorization, policy) | no |
 * | `TOPIC_MISSING` | a topic is not there: run the topics job | no |
 * | `KEY_MISSING` | a received record has no key (only ever in a dead letter) | no |
 * | `VALUE_MISSING` | a received record has no value (only ever in a dead letter) | no |
 * | `CONSUMER_CRASHED` | kafkajs gave a consumer up; the process has to end | no |
 * | `CONSUMER_STUCK` | a handler or the fetch loop made no progress for too long; the process has to end | no |
 */
export type KafkaErrorCode =
  | 'BUFFER_FULL'
  | 'DELIVERY_TIMEOUT'
  | 'CLOSED'
  | 'UNAVAILABLE'
  | 'RECORD_TOO_LARGE'
  | 'RECORD_REJECTED'
  | 'TOPIC_MISSING'
  | 'KEY_MISSING'
  | 'VALUE_MISSING'
  | 'CONSUMER_CRASHED'
  | 'CONSUMER_STUCK'

const RETRIABLE: ReadonlySet<KafkaErrorCode> = new Set(['BUFFER_FULL', 'DELIVERY_TIMEOUT', 'CLOSED', 'UNAVAILABLE'])

export class KafkaError extends Error {
  readonly code: KafkaErrorCode
  readonly retriable: boolean

  constructor(code: KafkaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KafkaError'
    this.code = code
    this.retriable = RETRIABLE.has(code)
  }
}

/** What was thrown, as an error: libraries throw strings and plain objects too. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
