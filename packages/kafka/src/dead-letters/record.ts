import { createHash } from 'node:crypto'
import type { IHeaders } from 'kafkajs'
import { reasonOf } from '../errors/reason.ts'
import type { RawRecord } from '../producer/record.ts'
import { codeOf, errorHeaders, type Failed } from '../retry/failed.ts'
import { originHeaders, ownHeaders } from '../retry/origin.ts'

/**
 * The record for the dead-letter topic: key, value and headers as they came, byte for byte, plus what became of it. Names
 * are with prefix; `group` is the one that gave it up. `value` replaces a value that no dead letter can hold.
 */
export function deadLetterRecord(
  { topic, group }: { topic: string; group: string },
  { raw, origin, error }: Failed,
  value = raw.value,
): RawRecord {
  const original = `${origin.topic}/${origin.partition}/${origin.offset}`
  const own: IHeaders = {
    'kafka_dlt-original-topic': origin.topic,
    'kafka_dlt-original-consumer-group': group,
    'dlt-code': codeOf(error),
    'dlt-reason': reasonOf(error),
    'dlt-group': group,
    'dlt-original': original,
    'dlt-attempts': String(origin.attempts),
    'dlt-time': new Date().toISOString(),
    'dlt-stack': stackDigest(error),
    ...(value !== raw.value && { 'dlt-value-omitted': `${raw.value?.length} bytes, still at ${original}` }),
  }
  return {
    topic,
    key: raw.key,
    value,
    headers: { ...ownHeaders(raw.headers), ...originHeaders(origin), ...errorHeaders(error), ...own },
  }
}

/** The same for the same bug, whatever the message said: what dead letters are grouped by. */
function stackDigest({ name, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '))
  return createHash('sha256')
    .update([name, ...frames].join('\n'))
    .digest('hex')
    .slice(0, 12)
}
