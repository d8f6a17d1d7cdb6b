import { isDeepStrictEqual } from 'node:util'
import { readReleased, releasedFolder, writeReleased } from './files.ts'
import { sampleOf } from './sample.ts'
import type { Source } from './sources.ts'

/** The next version of each contract that differs from its newest released version; answers the paths written. */
export function release(sources: readonly Source[], folder = releasedFolder): string[] {
  return sources.flatMap(({ topic, schema }) => {
    const newest = readReleased(topic, folder).at(-1)
    if (newest && isDeepStrictEqual(newest.schema, schema)) return []
    const version = (newest?.version ?? 0) + 1
    return writeReleased({ topic, version, schema, sample: sampleOf(schema) }, folder)
  })
}
