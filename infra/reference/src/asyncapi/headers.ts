import type { EventType } from '@firstcome/events'

/**
 * The headers that packages/kafka writes, as JSON Schema. A `string` is UTF-8 text; an `integer` is binary, big-endian two's
 * complement of 4 (`int32`) or 8 (`int64`) bytes, as Spring Kafka writes it. A test holds records of the log against these.
 */
export interface HeaderSchema {
  type: 'string' | 'integer'
  description: string
  format?: 'int32' | 'int64' | 'date-time' | 'uuid'
  const?: string
  pattern?: string
}

interface HeadersSchema {
  type: 'object'
  description: string
  required: string[]
  properties: Record<string, HeaderSchema>
}

const text = (description: string, more: Partial<HeaderSchema> = {}): HeaderSchema => ({
  type: 'string',
  description,
  ...more,
})
const int32 = (description: string): HeaderSchema => ({
  type: 'integer',
  format: 'int32',
  description: `${description} 4 bytes, big-endian.`,
})
const int64 = (description: string): HeaderSchema => ({
  type: 'integer',
  format: 'int64',
  description: `${description} 8 bytes, big-endian.`,
})

/** Where a failed message was first read, and what was tried: Spring Kafka's names, so that its tools read them. */
const origin = {
  'kafka_original-topic': text('Topic that the message was first read from.'),
  'kafka_original-partition': int32('Its partition there.'),
  'kafka_original-offset': int64('Its offset there.'),
  'kafka_original-timestamp': int64("The record's own time there, epoch milliseconds."),
  'kafka_original-timestamp-type': text('Whose time that is.', { const: 'CreateTime' }),
  'retry_topic-attempts': int32('Tries that it has had since it was first read or last replayed.'),
  'retry_topic-original-timestamp': int64('The same as kafka_original-timestamp.'),
}
const failure = {
  'kafka_exception-fqcn': text('Name of the error of the last try.'),
  'kafka_exception-message': text('What it said.'),
}
const replays = {
  'dlt-replays': text('Times that an operator brought it back from the dead letters; absent where never.', {
    pattern: '^[1-9][0-9]*$',
  }),
}

const due = {
  'retry_topic-backoff-timestamp': int64('When it may be tried again, epoch milliseconds; never earlier.'),
}

const verdict = {
  'kafka_dlt-original-topic': text('Topic that the message was first read from.'),
  'kafka_dlt-original-consumer-group': text('Group that gave it up.'),
  'dlt-code': text('Code of the error, HANDLER_FAILED where it has none.'),
  'dlt-reason': text('Why, in words.'),
  'dlt-group': text('Group that gave it up.'),
  'dlt-original': text('Where it was first read: topic/partition/offset.', { pattern: '^[^/]+/[0-9]+/[0-9]+$' }),
  'dlt-attempts': text('Tries that it has had.', { pattern: '^[0-9]+$' }),
  'dlt-time': text('When it was given up.', { format: 'date-time' }),
  'dlt-stack': text('The same for the same bug, whatever the message said.', { pattern: '^[0-9a-f]{12}$' }),
}

const headers = (
  description: string,
  required: Record<string, HeaderSchema>,
  optional: Record<string, HeaderSchema>,
): HeadersSchema => ({
  type: 'object',
  description,
  required: Object.keys(required),
  properties: { ...required, ...optional },
})

export const headerSchemas = {
  EventHeaders: headers(
    'CloudEvents 1.0 in binary mode, W3C trace context. All are UTF-8 text.',
    {
      ce_specversion: text('Version of CloudEvents.', { const: '1.0' }),
      ce_id: text('Event id, the same however often the event is sent: who knows it has handled the event already.'),
      ce_source: text('Service that published the event.'),
      ce_type: text('Full name of the schema.'),
      ce_time: text('When it happened.', { format: 'date-time' }),
      'content-type': text('Of the value.', { const: 'application/avro' }),
    },
    {
      traceparent: text('W3C trace context of the work that published the event.', {
        pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
      }),
      'correlation-id': text('Of the request that started it all.'),
    },
  ),
  RetryHeaders: headers(
    'What a message that waits for another try has besides the headers it came with.',
    { ...origin, ...due },
    { ...failure, ...replays, 'dlt-letter': text('Place of the dead letter that an operator replayed.') },
  ),
  DeadLetterHeaders: headers(
    'What a message that was given up has besides the headers it came with.',
    { ...origin, ...failure, ...verdict },
    { ...replays, 'dlt-value-omitted': text('Where the value is, and how large: no dead letter can hold it.') },
  ),
  ActionHeaders: headers(
    'What a record of an operator has.',
    { 'content-type': text('Of the value.', { const: 'application/json' }) },
    {},
  ),
}

type Name = keyof typeof headerSchemas

export const headersRef = (name: Name) => ({ $ref: `#/components/schemas/${name}` })

/** Those of one event's records: whose and of which type is said there. */
export function eventHeaders({ type, producer }: EventType<never>, ...more: Name[]) {
  return {
    type: 'object',
    allOf: [
      headersRef('EventHeaders'),
      ...more.map(headersRef),
      {
        type: 'object',
        properties: { ce_type: { type: 'string', const: type }, ce_source: { type: 'string', const: producer } },
      },
    ],
  }
}
