import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import type { Schema, Type } from 'avsc'
import { ContractError } from './errors.ts'
import type { EventType } from './event.ts'

/** What a service asks the registry; it never writes there. */
export interface Registry {
  /** The schema id of our version of a contract; undefined where nobody registered it. */
  idOf(event: EventType): Promise<number | undefined>
  /** The schema that a record names; undefined where the registry does not know it. */
  schemaOf(id: number): Promise<Schema | undefined>
}

/** With the client's own three tries. A registry that takes a connection and then says nothing must not hold a record for ever. */
const ANSWER_MS = 5_000

/**
 * @param url Base URL of the Confluent-compatible API.
 * @returns questions that reject with ContractError `REGISTRY_UNAVAILABLE` where no answer comes.
 */
export function connectRegistry(url: string): Registry {
  const client = new SchemaRegistry({ host: url, middlewares: [inTime] })
  return {
    async idOf(event) {
      const schema = { type: SchemaType.AVRO as const, schema: JSON.stringify(event.schema) }
      try {
        return await client.getRegistryIdBySchema(event.subject, schema)
      } catch (cause) {
        if (isNotFound(cause)) return undefined
        throw unavailable(`the schema registry could not be asked for '${event.subject}'`, cause)
      }
    },

    async schemaOf(id) {
      try {
        const type = (await client.getSchema(id)) as Type
        return type.schema({ exportAttrs: true })
      } catch (cause) {
        if (isNotFound(cause)) return undefined
        throw unavailable(`the schema registry could not be asked for schema id ${id}`, cause)
      }
    },
  }
}

/** Of the client's middlewares the last is the outermost: its retries are within the time, and what it remembers is let go. */
const inTime = () => ({
  response<T>(next: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS)
    })
    return Promise.race([next(), late]).finally(() => clearTimeout(timer))
  },
})

const unavailable = (what: string, cause: unknown) =>
  new ContractError('REGISTRY_UNAVAILABLE', `${what}: ${(cause as Error).message}`, { cause })

/** The client wraps a 404 to a lookup in an error of its own that keeps only the message's text, so both shapes are looked for. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('status' in error && error.status === 404) || error.name === 'ConfluentSchemaRegistryError'
}
