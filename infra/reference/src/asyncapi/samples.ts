import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventType } from '@firstcome/events'

const released = new URL('../../../../packages/events/released/', import.meta.url).pathname

/** The sample value of the newest released version; undefined for an event that was never released. */
export function newestSample({ topic }: EventType<never>): unknown {
  const folder = join(released, topic)
  const versions = existsSync(folder)
    ? readdirSync(folder).flatMap((file) => /^v(\d+)\.json$/.exec(file)?.[1] ?? [])
    : []
  if (versions.length === 0) return undefined
  const newest = Math.max(...versions.map(Number))
  return JSON.parse(readFileSync(join(folder, `v${newest}.json`), 'utf8'))
}

/** Headers to show beside it; not of a real event. */
export const sampleHeaders = ({ type, producer }: EventType<never>) => ({
  ce_specversion: '1.0',
  ce_id: '0199f7a0-5c00-7000-8000-00000000000a',
  ce_source: producer,
  ce_type: type,
  ce_time: '2026-01-15T09:30:00.250Z',
  'content-type': 'application/avro',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'correlation-id': '0199f7a0-5c00-7000-8000-00000000000b',
})

const sampleOrigin = ({ topic }: EventType<never>) => ({
  'kafka_original-topic': topic,
  'kafka_original-partition': 3,
  'kafka_original-offset': 1041,
  'kafka_original-timestamp': 1768469400251,
  'kafka_original-timestamp-type': 'CreateTime',
  'retry_topic-original-timestamp': 1768469400251,
  'kafka_exception-fqcn': 'TypeError',
  'kafka_exception-message': "Cannot read properties of undefined (reading 'price')",
})

export const sampleRetryHeaders = (event: EventType<never>) => ({
  ...sampleHeaders(event),
  ...sampleOrigin(event),
  'retry_topic-attempts': 1,
  'retry_topic-backoff-timestamp': 1768469401300,
})

export const sampleDeadLetterHeaders = (event: EventType<never>) => ({
  ...sampleHeaders(event),
  ...sampleOrigin(event),
  'retry_topic-attempts': 3,
  'kafka_dlt-original-topic': event.topic,
  'kafka_dlt-original-consumer-group': event.consumers[0],
  'dlt-code': 'HANDLER_FAILED',
  'dlt-reason': "Cannot read properties of undefined (reading 'price')",
  'dlt-group': event.consumers[0],
  'dlt-original': `${event.topic}/3/1041`,
  'dlt-attempts': '3',
  'dlt-time': '2026-01-15T09:30:03.500Z',
  'dlt-stack': '0c5b7f2e9a41',
})
