import type { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import type { Type } from 'avsc'
import { avroType } from './avro.ts'
import { ContractError } from './errors.ts'

type Resolver = ReturnType<Type['createResolver']>

/** A wrong id in one record must not ask the registry again for each of its neighbours. */
const UNKNOWN_FOR_MS = 30_000

/** Resolvers by reader and writer id: building one costs more than decoding thousands of records with it. */
export function writerSchemas(registry: SchemaRegistry) {
  const resolvers = new Map<Type, Map<number, Resolver | Promise<Resolver>>>()
  const unknown = new Map<number, number>()
  let unavailable: ContractError | undefined

  async function ask(reader: Type, writerId: number): Promise<Resolver> {
    let writer: Type
    try {
      const schema = (await registry.getSchema(writerId)) as Type
      // Built anew because the client's own instance has options of its own.
      writer = avroType(JSON.parse(JSON.stringify(schema.schema({ exportAttrs: true }))))
      unavailable = undefined
    } catch (cause) {
      if ((cause as { status?: number }).status === 404) {
        unknown.set(writerId, Date.now() + UNKNOWN_FOR_MS)
        unavailable = undefined
        throw new ContractError('SCHEMA_UNKNOWN', `the registry does not know schema id ${writerId}`, { cause })
      }
      unavailable = new ContractError(
        'REGISTRY_UNAVAILABLE',
        `the schema registry could not be asked for schema id ${writerId}`,
        { cause },
      )
      throw unavailable
    }
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
    /** A plain resolver when this writer is known, otherwise a promise of it; one request however many records ask. */
    resolver(reader: Type, writerId: number): Resolver | Promise<Resolver> {
      const known = resolvers.get(reader) ?? new Map<number, Resolver | Promise<Resolver>>()
      resolvers.set(reader, known)
      const resolver = known.get(writerId)
      if (resolver) return resolver
      if ((unknown.get(writerId) ?? 0) > Date.now()) {
        throw new ContractError('SCHEMA_UNKNOWN', `the registry does not know schema id ${writerId}`)
      }
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
    unavailable: () => unavailable,
  }
}
