import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

export const path = new URL('../../../docs/asyncapi.yaml', import.meta.url).pathname
export const text = readFileSync(path, 'utf8')

export interface Channel {
  address: string
  messages: Record<string, Ref>
  bindings: {
    kafka: { partitions: number; replicas: number; topicConfiguration: Record<string, string | number | string[]> }
  }
}

export interface Operation {
  action: 'send' | 'receive'
  channel: Ref
  bindings: { kafka: { groupId?: { const: string }; clientId?: { const: string } } }
}

export interface Message {
  contentType: string
  headers: object
  payload: object
  bindings: { kafka: { key: object } }
  examples: { headers: object; payload?: unknown }[]
}

interface Ref {
  $ref: string
}

interface Document {
  servers: { local: { host: string; bindings: { kafka: { schemaRegistryUrl: string } } } }
  channels: Record<string, Channel>
  operations: Record<string, Operation>
  components: { messages: Record<string, Message>; schemas: Record<string, { schemaFormat?: string; schema?: object }> }
}

/** The document as anybody reads it: nothing here knows how it was made. */
export const document: Document = parse(text)

export const lastOf = ({ $ref }: Ref) => $ref.split('/').at(-1)!

/** The message of a channel; each has one. */
export const messageOf = ({ messages }: Channel): Message =>
  document.components.messages[lastOf(Object.values(messages)[0]!)]!

/** With what it refers to in its place. */
export function whole<T>(node: T): T {
  if (Array.isArray(node)) return node.map(whole) as T
  if (typeof node !== 'object' || node === null) return node
  if ('$ref' in node) {
    const steps = String(node.$ref).slice(2).split('/')
    const found = steps.reduce<unknown>((inside, step) => (inside as Record<string, unknown>)[step], document)
    return whole(found) as T
  }
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, whole(value)])) as T
}

/** What is wrong with a value by a JSON Schema, one sentence each. */
export function problems(schema: object, value: unknown): string[] {
  const { error } = z.fromJSONSchema(whole(schema) as z.core.JSONSchema.JSONSchema).safeParse(value)
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
}
