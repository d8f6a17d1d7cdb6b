import type { Type } from 'avsc'
import { avroType } from './avro.ts'
import { ContractError } from './errors.ts'
import type { Registry } from './registry.ts'

export type Resolver = ReturnType<Type['createResolver']>

/** Null where the writer's schema says the same as ours: then its bytes are read as our own are. */
type Found = Resolver | null

/** A wrong id in one record must not ask the registry again for each of its neighbours. */
const UNKNOWN_FOR_MS = 30_000

/** Resolvers by reader and writer id: building one costs more than decoding thousands of records with it. */
export function writerSchemas(registry: Registry) {
  const resolvers = new Map<Type, Map<number, Found | Promise<Found>>>()
  const unknown = new Map<number, number>()
  /** The writer's id that the registry could not be asked for, and how that went. */
  let waiting: { writerId: number; error: ContractError } | undefined

  async function schemaOf(writerId: number) {
    try {
      const schema = await registry.schemaOf(writerId)
      waiting = undefined
      return schema
    } catch (error) {
      if (error instanceof ContractError) waiting = { writerId, error }
      throw error
    }
  }

  async function ask(reader: Type, writerId: number): Promise<Found> {
    const schema = await schemaOf(writerId)
    if (schema === undefined) {
      unknown.set(writerId, Date.now() + UNKNOWN_FOR_MS)
      throw notKnown(writerId)
    }
    const writer = avroType(schema)
    if (writer.equals(reader)) return null
    try {
      return reader.createResolver(writer)
    } catch (cause) {
      throw new ContractError(
        'SCHEMA_MISMATCH',
        `schema id ${writerId} (${writer.name}) can not be read as ${reader.name}`,
        { cause },
      )
    }
  }

  return {
    /** Plain when this writer is known, otherwise a promise; one request however many records ask. */
    resolver(reader: Type, writerId: number): Found | Promise<Found> {
      const known = resolvers.get(reader) ?? new Map<number, Found | Promise<Found>>()
      resolvers.set(reader, known)
      const resolver = known.get(writerId)
      if (resolver !== undefined) return resolver
      if ((unknown.get(writerId) ?? 0) > Date.now()) throw notKnown(writerId)
      const asked = ask(reader, writerId).then(
        (found) => {
          known.set(writerId, found)
          return found
        },
        (error) => {
          // A mismatch stays one; everything else may be different the next time.
          if (error.code !== 'SCHEMA_MISMATCH') known.delete(writerId)
          throw error
        },
      )
      known.set(writerId, asked)
      return asked
    },

    /** Rejects while a writer's schema can not be had. Asks for it again: whoever read that record may read it no more. */
    async check(): Promise<void> {
      if (waiting) await schemaOf(waiting.writerId)
    },
  }
}

const notKnown = (writerId: number) =>
  new ContractError('SCHEMA_UNKNOWN', `the registry does not know schema id ${writerId}`)
