import type { Type } from 'avsc'
import { ContractError } from './errors.ts'

const HEADER_BYTES = 5

/** Most events fit; a larger one is written twice, the second time into a buffer of its exact size. */
const scratch = Buffer.allocUnsafe(4096)

/** `0x00`, the schema id, the Avro body, in a buffer of its own. Throws avsc's error when the value does not fit. */
export function frame(schemaId: number, type: Type, value: unknown): Buffer {
  const end = type.encode(value, scratch, HEADER_BYTES)
  if (end >= 0) {
    const framed = Buffer.from(scratch.subarray(0, end))
    return writeHeader(framed, schemaId)
  }
  // avsc answers a too small buffer with minus the bytes that were missing.
  const framed = Buffer.allocUnsafe(scratch.length - end)
  type.encode(value, framed, HEADER_BYTES)
  return writeHeader(framed, schemaId)
}

function writeHeader(framed: Buffer, schemaId: number): Buffer {
  framed[0] = 0
  framed.writeInt32BE(schemaId, 1)
  return framed
}

/** The writer's schema id. Throws ContractError `UNDECODABLE` for anything that is not Confluent-framed. */
export function schemaIdOf(bytes: Buffer | null): number {
  if (bytes === null) throw new ContractError('UNDECODABLE', 'the record has no value')
  if (bytes.length < HEADER_BYTES || bytes[0] !== 0) {
    throw new ContractError('UNDECODABLE', 'the value does not start with the magic byte 0 and a schema id')
  }
  return bytes.readInt32BE(1)
}

/** Paths of the fields that do not fit, with the type each should have: `items.0.quantity: int`. */
export function invalidFields(type: Type, value: unknown): string[] {
  const fields: string[] = []
  type.isValid(value, {
    errorHook: (path, _value, expected) =>
      void fields.push(`${path.join('.')}: ${expected.typeName.replace('abstract:', '')}`),
  })
  return fields
}
