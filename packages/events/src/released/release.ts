import { isDeepStrictEqual } from 'node:util'
import { type Refusal, refusals } from '../evolution/judge.ts'
import { readReleased, releasedFolder, writeReleased } from './files.ts'
import { sampleOf } from './sample.ts'
import type { Source } from './sources.ts'

/** A change that some released version forbids; nothing was written. */
export class ReleaseRefused extends Error {
  readonly refused: readonly { topic: string; refusals: Refusal[] }[]

  constructor(refused: readonly { topic: string; refusals: Refusal[] }[]) {
    super(`the released versions of ${refused.map(({ topic }) => topic).join(', ')} forbid it`)
    this.name = 'ReleaseRefused'
    this.refused = refused
  }
}

/**
 * The next version of each contract that differs from its newest released version; answers the paths written.
 * @throws ReleaseRefused before anything is written.
 */
export function release(sources: readonly Source[], folder = releasedFolder): string[] {
  const due = sources.flatMap(({ topic, schema }) => {
    const released = readReleased(topic, folder)
    const newest = released.at(-1)
    if (newest && isDeepStrictEqual(newest.schema, schema)) return []
    const history = released.map(({ version, schema: old }) => ({ name: `v${version}`, schema: old }))
    return [{ topic, schema, version: (newest?.version ?? 0) + 1, refusals: refusals(schema, history) }]
  })
  const refused = due.filter((one) => one.refusals.length > 0)
  if (refused.length > 0) throw new ReleaseRefused(refused)
  return due.flatMap(({ topic, schema, version }) =>
    writeReleased({ topic, version, schema, sample: sampleOf(schema) }, folder),
  )
}
