import type { Schema, Type } from 'avsc'
import { avroType } from '../avro.ts'

/** A schema as an `.avsc` file says it: what the code here reads, writes and compares. */
export type AvroSchema = string | AvroSchema[] | AvroRecord | AvroEnum | AvroFixed | AvroArray | AvroMap | AvroScalar

interface Named {
  name: string
  namespace?: string
  aliases?: string[]
  doc?: string
}

export interface AvroRecord extends Named {
  type: 'record'
  fields: AvroField[]
}

export interface AvroField {
  name: string
  type: AvroSchema
  aliases?: string[]
  doc?: string
  /** Of a union: a value of its first branch. */
  default?: unknown
}

export interface AvroEnum extends Named {
  type: 'enum'
  symbols: string[]
  default?: string
}

export interface AvroFixed extends Named {
  type: 'fixed'
  size: number
  logicalType?: string
}

export interface AvroArray {
  type: 'array'
  items: AvroSchema
}

export interface AvroMap {
  type: 'map'
  values: AvroSchema
}

/** A scalar with what it means: `{ type: 'long', logicalType: 'timestamp-millis' }`. */
export interface AvroScalar {
  type: string
  logicalType?: string
  precision?: number
  scale?: number
}

export const scalars = ['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'] as const

/** As the services read and write it. Throws avsc's error for what is no schema. */
export const typeOf = (schema: AvroSchema): Type => avroType(schema as Schema)

/** An `.avsc` that is no schema; the message names the file. */
export class BrokenSchema extends Error {}
