import { type Change, isRefused } from './change.ts'
import { compareSchemas } from './compare.ts'
import type { AvroSchema } from './schema.ts'

/** A version of a contract that somebody may still read or write. */
export interface Version {
  /** As people call it: `v3`, `version 3 of the registry`. */
  name: string
  schema: AvroSchema
}

/** What is refused, and the version it would break with. */
export interface Refusal {
  against: string
  change: Change
}

/**
 * What FULL_TRANSITIVE and the house's rules refuse in a schema: compared with every version, newest first. A change that
 * several versions refuse is told of the newest.
 */
export function refusals(candidate: AvroSchema, history: readonly Version[]): Refusal[] {
  const told = new Set<string>()
  return history.toReversed().flatMap(({ name, schema }) =>
    compareSchemas(schema, candidate)
      .filter(isRefused)
      .filter((change) => {
        const key = `${change.kind} ${change.path}`
        if (told.has(key)) return false
        told.add(key)
        return true
      })
      .map((change) => ({ against: name, change })),
  )
}
