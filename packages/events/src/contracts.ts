import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import type { Type } from 'avsc'
import { avroType } from './avro.ts'
import { ContractError } from './errors.ts'
import type { EventType } from './event.ts'
import { frame, invalidFields, schemaIdOf } from './wire.ts'
import { writerSchemas } from './writers.ts'

/** Encodes and decodes events by the contracts that the registry holds. */
export interface Contracts {
  /**
   * Confluent wire format: `0x00`, the schema id as a big-endian int32, the Avro body.
   * @throws ContractError `EVENT_INVALID`, naming each field that does not fit.
   */
  encode<T>(event: EventType<T>, value: T): Buffer
  /**
   * Reads a record that any registered version of the contract wrote, as today's version: fields that the writer did not
   * know have their defaults. A promise only the first time a writer's schema id is met, a plain value ever after.
   * @throws ContractError `UNDECODABLE`, `SCHEMA_UNKNOWN`, `SCHEMA_MISMATCH`; `REGISTRY_UNAVAILABLE` is worth retrying.
   */
  decode<T>(event: EventType<T>, bytes: Buffer | null): T | Promise<T>
  /** Rejects while a record waits for a schema that the registry could not be asked for. */
  check(): Promise<void>
}

interface Reader {
  id: number
  type: Type
}

/**
 * Looks up the schema id of every event in `events`: a service does not start without them, and never registers any.
 * @param registryUrl Base URL of the Confluent-compatible API, for instance `http://127.0.0.1:18081/apis/ccompat/v7`.
 * @throws ContractError `CONTRACT_NOT_REGISTERED` or `REGISTRY_UNAVAILABLE`.
 */
export async function connectContracts(registryUrl: string, events: readonly EventType[]): Promise<Contracts> {
  const registry = new SchemaRegistry({ host: registryUrl })
  const ids = await Promise.all(events.map((event) => registeredId(registry, event)))
  const readers = new Map<string, Reader>(
    events.map((event, i) => [event.topic, { id: ids[i]!, type: avroType(event.schema) }]),
  )
  const writers = writerSchemas(registry)

  const readerOf = (event: EventType): Reader => {
    const reader = readers.get(event.topic)
    if (!reader) throw new Error(`'${event.topic}' was not among the events that this service connected with`)
    return reader
  }

  return {
    encode(event, value) {
      const { id, type } = readerOf(event)
      // Asked for every value: avsc's own encoder writes a fractional long without a word.
      if (!type.isValid(value)) {
        throw new ContractError('EVENT_INVALID', `${event.type} does not fit: ${invalidFields(type, value).join(', ')}`)
      }
      return frame(id, type, value)
    },

    decode<T>(event: EventType<T>, bytes: Buffer | null): T | Promise<T> {
      const { id, type } = readerOf(event)
      const writerId = schemaIdOf(bytes)
      const body = bytes!.subarray(5)
      if (writerId === id) return read<T>(event, type, body)
      const resolver = writers.resolver(type, writerId)
      if (resolver instanceof Promise) return resolver.then((known) => read<T>(event, type, body, known))
      return read<T>(event, type, body, resolver)
    },

    async check() {
      const waiting = writers.unavailable()
      if (waiting) throw waiting
    },
  }
}

function read<T>(event: EventType<T>, type: Type, body: Buffer, resolver?: ReturnType<Type['createResolver']>): T {
  try {
    return type.fromBuffer(body, resolver) as T
  } catch (cause) {
    throw new ContractError('UNDECODABLE', `not a ${event.type}: ${(cause as Error).message}`, { cause })
  }
}

async function registeredId(registry: SchemaRegistry, event: EventType): Promise<number> {
  const schema = { type: SchemaType.AVRO as const, schema: JSON.stringify(event.schema) }
  try {
    return await registry.getRegistryIdBySchema(event.subject, schema)
  } catch (cause) {
    if (isNotFound(cause)) {
      const hint = 'run the registry job (node packages/events/src/commands/register.ts)'
      throw new ContractError(
        'CONTRACT_NOT_REGISTERED',
        `the registry lacks our version of '${event.subject}': ${hint}`,
        { cause },
      )
    }
    throw new ContractError('REGISTRY_UNAVAILABLE', `the schema registry did not answer: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** The client wraps a 404 in an error of its own that keeps only the message's text, so both shapes are looked for. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('status' in error && error.status === 404) || error.name === 'ConfluentSchemaRegistryError'
}
