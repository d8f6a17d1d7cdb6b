import type { Type } from 'avsc'
import { type Node, schemaOf } from './graph.ts'
import { type AvroSchema, typeOf } from './schema.ts'

/** Whether the services' own decoder reads as `reader` what was written as `writer`: the truth, whatever our words say. */
export function canRead(reader: Type, writer: Type): boolean {
  try {
    reader.createResolver(writer)
    return true
  } catch {
    return false
  }
}

/** The same of two parts of schemas. */
export const nodeReads = (reader: Node, writer: Node): boolean =>
  canRead(typeOf(schemaOf(reader)), typeOf(schemaOf(writer)))

/** Both directions at once: what FULL compatibility asks of a pair. */
export function resolution(before: AvroSchema, after: AvroSchema) {
  const [older, newer] = [typeOf(before), typeOf(after)]
  return { newReadsOld: canRead(newer, older), oldReadsNew: canRead(older, newer) }
}
