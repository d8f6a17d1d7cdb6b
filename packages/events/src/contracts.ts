import type { Type } from 'avsc'
import { avroType } from './avro.ts'
import { ContractError } from './errors.ts'
import type { EventType } from './event.ts'
import { connectRegistry } from './registry.ts'
import { frame, invalidFields, schemaIdOf } from './wire.ts'
import { type Resolver, writerSchemas } from './writers.ts'

/** Encodes and decodes events by the contracts that the registry holds. */
export interface Contracts {
  /**
   * Confluent wire format: `0x00`, the schema id as a big-endian int32, the Avro body.
   * @throws ContractError `EVENT_INVALID`, naming each field that does not fit; `CONTRACT_NOT_REGISTERED`.
   */
  encode<T>(event: EventType<T>, value: T): Buffer
  /**
   * Reads a record that any registered version of the contract wrote, as today's version: fields that the writer did not
   * know have their defaults, those that we do not know are left out. Today's version itself need not be registered.
   * A promise only the first time a writer's schema id is met, a plain value ever after.
   * @throws ContractError `UNDECODABLE`, `SCHEMA_UNKNOWN`, `SCHEMA_MISMATCH`; `REGISTRY_UNAVAILABLE` is worth retrying.
   */
  decode<T>(event: EventType<T>, bytes: Buffer | null): T | Promise<T>
  /** Rejects while a record waits for a schema that the registry could not be asked for. */
  check(): Promise<void>
}

export interface ContractOptions {
  /**
   * Who connects: what it publishes by the catalogue has to be registered, or it does not start. What it only reads need
   * not be, so that a consumer may be deployed before its producer. Without a name anything may be missing until it is encoded.
   */
  producer?: string
}

interface Known {
  /** Of our version; undefined where it was not registered when we connected. */
  id: number | undefined
  type: Type
}

/**
 * Looks up the schema ids of `events`, and registers nothing. From then on the registry is asked only for writers' schemas
 * that were not met before.
 * @param registryUrl Base URL of the Confluent-compatible API, for instance `http://127.0.0.1:18082/apis/ccompat/v7`.
 * @throws ContractError `CONTRACT_NOT_REGISTERED` or `REGISTRY_UNAVAILABLE`.
 */
export async function connectContracts(
  registryUrl: string,
  events: readonly EventType[],
  { producer }: ContractOptions = {},
): Promise<Contracts> {
  const registry = connectRegistry(registryUrl)
  const known = new Map<string, Known>(
    await Promise.all(
      events.map(async (event) => {
        const id = await registry.idOf(event)
        if (id === undefined && event.producer === producer) throw notRegistered(event)
        return [event.topic, { id, type: avroType(event.schema) }] as const
      }),
    ),
  )
  const writers = writerSchemas(registry)

  const contractOf = (event: EventType): Known => {
    const contract = known.get(event.topic)
    if (!contract) throw new Error(`'${event.topic}' was not among the events that this service connected with`)
    return contract
  }

  return {
    encode(event, value) {
      const { id, type } = contractOf(event)
      if (id === undefined) throw notRegistered(event)
      // Asked for every value: avsc's own encoder writes a fractional long without a word.
      if (!type.isValid(value)) {
        throw new ContractError('EVENT_INVALID', `${event.type} does not fit: ${invalidFields(type, value).join(', ')}`)
      }
      return frame(id, type, value)
    },

    decode<T>(event: EventType<T>, bytes: Buffer | null): T | Promise<T> {
      const { id, type } = contractOf(event)
      const writerId = schemaIdOf(bytes)
      const body = bytes!.subarray(5)
      if (writerId === id) return read<T>(event, type, body, null)
      const resolver = writers.resolver(type, writerId)
      if (resolver instanceof Promise) return resolver.then((found) => read<T>(event, type, body, found))
      return read<T>(event, type, body, resolver)
    },

    check: () => writers.check(),
  }
}

function read<T>(event: EventType<T>, type: Type, body: Buffer, resolver: Resolver | null): T {
  try {
    return type.fromBuffer(body, resolver ?? undefined) as T
  } catch (cause) {
    throw new ContractError('UNDECODABLE', `not a ${event.type}: ${(cause as Error).message}`, { cause })
  }
}

function notRegistered({ subject }: Pick<EventType, 'subject'>): ContractError {
  const hint = 'run the registry job (node packages/events/src/commands/register.ts), then start again'
  return new ContractError('CONTRACT_NOT_REGISTERED', `the registry lacks our version of '${subject}': ${hint}`)
}
