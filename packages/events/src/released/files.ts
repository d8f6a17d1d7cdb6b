import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AvroRecord, typeOf } from '../evolution/schema.ts'

/** A version of a contract as it was published, for ever. */
export interface Released {
  topic: string
  /** 1 for the first. */
  version: number
  schema: AvroRecord
  /** A complete value of that version. */
  sample: unknown
  /** The sample's Avro body as the code of that version wrote it; without the registry's header, whose ids differ per installation. */
  bytes: Buffer
}

export const releasedFolder = new URL('../../released/', import.meta.url).pathname

/** The topics that have a released version, in order. */
export function releasedTopics(folder = releasedFolder): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/** Every released version of a topic, oldest first; none for a topic that was never released. Throws when a file is missing. */
export function readReleased(topic: string, folder = releasedFolder): Released[] {
  const place = join(folder, topic)
  if (!existsSync(place)) return []
  const versions = new Set(readdirSync(place).flatMap((file) => file.match(/^v(\d+)\.(?:avsc|json|avro)$/)?.[1] ?? []))
  return Array.from(versions, Number)
    .sort((a, b) => a - b)
    .map((version) => ({
      topic,
      version,
      schema: JSON.parse(readFileSync(join(place, `v${version}.avsc`), 'utf8')),
      sample: plainToSample(readFileSync(join(place, `v${version}.json`), 'utf8')),
      bytes: readFileSync(join(place, `v${version}.avro`)),
    }))
}

/** Adds a version with its sample; answers the paths. Throws when the version is there already: released files never change. */
export function writeReleased(
  { topic, version, schema, sample }: Omit<Released, 'bytes'>,
  folder = releasedFolder,
): string[] {
  const bytes = bytesOf(topic, schema, sample)
  mkdirSync(join(folder, topic), { recursive: true })
  const files = {
    avsc: `${JSON.stringify(schema, null, 2)}\n`,
    json: `${sampleToPlain(sample)}\n`,
    avro: bytes,
  }
  return Object.entries(files).map(([extension, content]) => {
    const path = join(folder, topic, `v${version}.${extension}`)
    writeFileSync(path, content, { flag: 'wx' })
    return path
  })
}

function bytesOf(topic: string, schema: AvroRecord, sample: unknown): Buffer {
  try {
    return typeOf(schema).toBuffer(sample)
  } catch (cause) {
    const hint = 'has a union branches that a value of JavaScript does not tell apart?'
    throw new Error(`${topic}: no sample of it can be written (${(cause as Error).message}): ${hint}`, { cause })
  }
}

/** Bytes as Node's buffers turn into JSON, which other languages can read too. */
const sampleToPlain = (sample: unknown): string => JSON.stringify(sample, null, 2)

const plainToSample = (text: string): unknown =>
  JSON.parse(text, (_, value) =>
    value?.type === 'Buffer' && Array.isArray(value.data) ? Buffer.from(value.data) : value,
  )
