import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type AvroRecord, BrokenSchema, typeOf } from '../evolution/schema.ts'

/** A contract as it is written today. */
export interface Source {
  /** The file's name: the topic. */
  topic: string
  /** Below `schemas/`: `orders/order-placed.avsc`. */
  path: string
  schema: AvroRecord
}

export const schemasFolder = new URL('../../schemas/', import.meta.url).pathname

/** Every `.avsc` below the folder, in the order of their paths. Throws BrokenSchema. */
export function readSources(folder = schemasFolder): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.avsc'))
    .sort()
    .map((path) => ({ topic: basename(path, '.avsc'), path, schema: readSchema(folder, path) }))
}

function readSchema(folder: string, path: string): AvroRecord {
  try {
    const schema = JSON.parse(readFileSync(join(folder, path), 'utf8'))
    typeOf(schema)
    return schema
  } catch (cause) {
    throw new BrokenSchema(`packages/events/schemas/${path} is no schema: ${(cause as Error).message}`, { cause })
  }
}
