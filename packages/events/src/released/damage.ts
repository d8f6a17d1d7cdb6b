import { isDeepStrictEqual } from 'node:util'
import { typeOf } from '../evolution/schema.ts'
import type { Released } from './files.ts'

/** What is wrong with the files of a released version: its bytes are not its sample in its schema. One line, or none. */
export function damage({ topic, version, schema, sample, bytes }: Released): string[] {
  const place = `packages/events/released/${topic}/v${version}`
  try {
    const type = typeOf(schema)
    if (!isDeepStrictEqual(plain(type.fromBuffer(bytes)), plain(sample)))
      return [`${place}.avro does not hold ${place}.json`]
    return type.toBuffer(sample).equals(bytes) ? [] : [`${place}.json is no longer written as ${place}.avro`]
  } catch (error) {
    return [`${place}.avro can not be read by ${place}.avsc: ${(error as Error).message}`]
  }
}

/** Decoded records have prototypes of their own. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
