import type { EventType } from '@firstcome/events'

/** The parts of an Avro record that a document tells. */
export interface AvroRecord {
  type: 'record'
  namespace: string
  name: string
  doc: string
  fields: { name: string; type: unknown; doc: string }[]
}

/** The event's schema as data. */
export const recordOf = (event: EventType<never>): AvroRecord => event.schema as unknown as AvroRecord

/** The field that the record key is made of: found by asking the key function, which is all that says so. */
export function keyField(event: EventType<never>): AvroRecord['fields'][number] {
  const asked: string[] = []
  const value = new Proxy({}, { get: (_, name) => asked.push(String(name)) })
  event.key(value as never)
  const field = recordOf(event).fields.find(({ name }) => name === asked[0])
  if (!field || asked.length !== 1) {
    throw new Error(`The key of ${event.topic} is not one field of its value (${asked}): say here how to tell it`)
  }
  return field
}
