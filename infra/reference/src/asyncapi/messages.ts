import type { EventType } from '@firstcome/events'
import { keyField, recordOf } from './avro.ts'
import { eventHeaders, headersRef } from './headers.ts'
import { newestSample, sampleDeadLetterHeaders, sampleHeaders, sampleRetryHeaders } from './samples.ts'

/** The format for which the official Avro plug-in of the parser answers; our schemas use nothing that is newer. */
const schemaFormat = 'application/vnd.apache.avro;version=1.9.0'
const bindingVersion = '0.5.0'

/** What a message is called in the document: `OrderConfirmed`, and as it waits or was given up. */
export const nameOf = (event: EventType<never>, kind: '' | 'Retry' | 'DeadLetter' = '') => recordOf(event).name + kind

export const actionMessage = 'DeadLetterAction'

/** Written out rather than referred to: this document and the registry are all that a foreign consumer needs. */
export const payloadSchema = (event: EventType<never>) => ({ schemaFormat, schema: event.schema })

/** An event as its producer sends it, as it waits for another try, and as it was given up. */
export function eventMessages(event: EventType<never>): Record<string, object> {
  const { doc } = recordOf(event)
  const payload = newestSample(event)
  const about = {
    name: event.type,
    contentType: 'application/avro',
    correlationId: { location: '$message.header#/correlation-id' },
    payload: { $ref: `#/components/schemas/${nameOf(event)}` },
    bindings: { kafka: binding(event) },
  }
  return {
    [nameOf(event)]: {
      ...about,
      title: nameOf(event),
      summary: doc,
      headers: eventHeaders(event),
      examples: [{ headers: sampleHeaders(event), ...(payload !== undefined && { payload }) }],
    },
    [nameOf(event, 'Retry')]: {
      ...about,
      title: `${nameOf(event)}, to be tried again`,
      summary: 'Key and value are those of the event, byte for byte.',
      headers: eventHeaders(event, 'RetryHeaders'),
      examples: [{ headers: sampleRetryHeaders(event) }],
    },
    [nameOf(event, 'DeadLetter')]: {
      ...about,
      title: `${nameOf(event)}, given up`,
      summary: 'Key and value are those of the event, byte for byte.',
      description:
        'What could not be decoded comes here too, so the value may be no Avro and the headers of the event may be missing. ' +
        'Only a value that no dead letter can hold is left out (null): dlt-value-omitted says where it is.',
      headers: eventHeaders(event, 'DeadLetterHeaders'),
      examples: [{ headers: sampleDeadLetterHeaders(event) }],
    },
  }
}

function binding(event: EventType<never>) {
  const { name, type, doc } = keyField(event)
  return {
    key: {
      type: 'string',
      description: `${name}, as UTF-8 text without any framing. ${doc}`,
      ...(type === 'long' ? { pattern: '^[0-9]+$' } : isUuid(type) && { format: 'uuid' }),
    },
    schemaIdLocation: 'payload',
    schemaIdPayloadEncoding: 'confluent',
    schemaLookupStrategy: 'TopicNameStrategy',
    'x-subject': event.subject,
    bindingVersion,
  }
}

const isUuid = (type: unknown) =>
  typeof type === 'object' && type !== null && 'logicalType' in type && type.logicalType === 'uuid'

/** A record of `dead-letter-actions`. */
export const dealtWith = {
  name: actionMessage,
  title: 'What an operator did about a dead letter',
  contentType: 'application/json',
  headers: headersRef('ActionHeaders'),
  payload: { $ref: `#/components/schemas/${actionMessage}` },
  bindings: {
    kafka: {
      key: { type: 'string', description: 'Place of the dead letter: topic/partition/offset.' },
      bindingVersion,
    },
  },
  examples: [
    {
      headers: { 'content-type': 'application/json' },
      payload: {
        action: 'parked',
        run: '0199f7a0-5c00-7000-8000-00000000000c',
        letter: 'a-topic.a-group.dlt/0/7',
        original: 'a-topic/3/1041',
        group: 'a-group',
        eventId: '0199f7a0-5c00-7000-8000-00000000000a',
        replays: 0,
        by: 'operator',
        at: '2026-01-15T10:00:00.000Z',
        note: 'a test order',
      },
    },
  ],
}
