import { isDeepStrictEqual } from 'node:util'
import type { EventType } from '../event.ts'
import { refusals } from '../evolution/judge.ts'
import { refusalLines } from '../evolution/report.ts'
import type { AvroSchema } from '../evolution/schema.ts'
import { type Registry, RegistryRefusal } from './registry.ts'

type Contract = Pick<EventType, 'topic' | 'subject' | 'consumers' | 'schema'>

/** What became of a contract: its id, or why it is not registered, in lines for a person. */
export type Registration = { topic: string; subject: string } & ({ id: number } | { refused: string[] })

/**
 * Registers a contract, FULL_TRANSITIVE before its first version. Safe to repeat. Nothing is written when a version that the
 * registry holds forbids it, by the registry's rules or by ours, which are stricter.
 * @throws RegistryAway
 */
export async function registerContract(registry: Registry, contract: Contract): Promise<Registration> {
  const { topic, subject } = contract
  const schema = contract.schema as AvroSchema
  try {
    // A default level would let the second version through unseen.
    await registry.requireLevel(subject)
    const versions = await registry.versions(subject)
    const known = versions.find((version) => isDeepStrictEqual(version.schema, schema))
    if (known) return { topic, subject, id: known.id }
    const history = versions.map(({ version, schema: old }) => ({
      name: `version ${version} of the registry`,
      schema: old,
    }))
    const ours = refusals(schema, history)
    if (ours.length === 0) return { topic, subject, id: await registry.register(subject, schema) }
    const theirs = await registry.objection(subject, schema)
    const both =
      theirs === undefined ? 'the registry alone would let it through' : `the registry refuses it too (${theirs})`
    return { topic, subject, refused: [...refusalLines(ours, contract), both] }
  } catch (error) {
    if (!(error instanceof RegistryRefusal)) throw error
    return { topic, subject, refused: [`the registry says: ${error.message}`] }
  }
}
