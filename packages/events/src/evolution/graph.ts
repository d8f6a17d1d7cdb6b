import type { AvroSchema } from './schema.ts'
import { scalars } from './schema.ts'

/** A schema with its names resolved: a type that is used twice, or within itself, is one node. */
export type Node = Scalar | Enumeration | Fixed | RecordNode | ArrayNode | MapNode | Union

export interface Scalar {
  kind: 'scalar'
  name: string
  /** What the value means, precision and scale included: `timestamp-millis`, `decimal(9,2)`. */
  logical: string | undefined
}

interface NamedNode {
  /** With its namespace, as Avro compares it. */
  name: string
  aliases: string[]
}

export interface Enumeration extends NamedNode {
  kind: 'enum'
  symbols: string[]
  default: string | undefined
}

export interface Fixed extends NamedNode {
  kind: 'fixed'
  size: number
  logical: string | undefined
}

export interface RecordNode extends NamedNode {
  kind: 'record'
  fields: FieldNode[]
}

export interface FieldNode {
  name: string
  aliases: string[]
  type: Node
  /** Undefined: none. Null is one. */
  default: unknown
}

export interface ArrayNode {
  kind: 'array'
  items: Node
}

export interface MapNode {
  kind: 'map'
  values: Node
}

export interface Union {
  kind: 'union'
  branches: Node[]
}

/** Throws for a name that nothing declares; everything else about a wrong schema is avsc's to say. */
export function graphOf(schema: AvroSchema): Node {
  const named = new Map<string, Node>()

  function resolve(type: AvroSchema, namespace: string): Node {
    if (typeof type === 'string') {
      if ((scalars as readonly string[]).includes(type)) return { kind: 'scalar', name: type, logical: undefined }
      const known = named.get(qualified(type, namespace)) ?? named.get(type)
      if (!known) throw new Error(`unknown Avro type '${type}'`)
      return known
    }
    if (Array.isArray(type)) return { kind: 'union', branches: type.map((branch) => resolve(branch, namespace)) }
    if ('items' in type) return { kind: 'array', items: resolve(type.items, namespace) }
    if ('values' in type) return { kind: 'map', values: resolve(type.values, namespace) }
    if (!('name' in type)) return { kind: 'scalar', name: type.type, logical: logicalOf(type) }

    const name = qualified(type.name, type.namespace ?? namespace)
    const within = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    const aliases = (type.aliases ?? []).map((alias) => qualified(alias, within))
    if ('symbols' in type) {
      return declare({ kind: 'enum', name, aliases, symbols: type.symbols, default: type.default })
    }
    if ('size' in type) return declare({ kind: 'fixed', name, aliases, size: type.size, logical: logicalOf(type) })
    // Declared before its fields are resolved: they may refer to it.
    const record = declare({ kind: 'record', name, aliases, fields: [] as FieldNode[] })
    for (const field of type.fields) {
      record.fields.push({
        name: field.name,
        aliases: field.aliases ?? [],
        type: resolve(field.type, within),
        default: field.default,
      })
    }
    return record
  }

  function declare<N extends Node & NamedNode>(node: N): N {
    named.set(node.name, node)
    return node
  }

  return resolve(schema, '')
}

/** The schema of a node by itself, in full, so that avsc can be asked about it. */
export function schemaOf(node: Node): AvroSchema {
  const told = new Set<string>()

  function tell(one: Node): AvroSchema {
    if (one.kind === 'scalar') return one.name
    if (one.kind === 'union') return one.branches.map(tell)
    if (one.kind === 'array') return { type: 'array', items: tell(one.items) }
    if (one.kind === 'map') return { type: 'map', values: tell(one.values) }
    const { name, aliases } = one
    if (told.has(name)) return name
    told.add(name)
    if (one.kind === 'enum') {
      const { symbols } = one
      return { type: 'enum', name, aliases, symbols, ...(one.default !== undefined && { default: one.default }) }
    }
    if (one.kind === 'fixed') return { type: 'fixed', name, aliases, size: one.size }
    const fields = one.fields.map((field) => ({
      name: field.name,
      aliases: field.aliases,
      type: tell(field.type),
      ...(field.default !== undefined && { default: field.default }),
    }))
    return { type: 'record', name, aliases, fields }
  }

  return tell(node)
}

/** Without its namespace. */
export const simpleName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function logicalOf(type: { logicalType?: string; precision?: number; scale?: number }): string | undefined {
  return type.logicalType === 'decimal' ? `decimal(${type.precision},${type.scale ?? 0})` : type.logicalType
}

const qualified = (name: string, namespace: string): string =>
  name.includes('.') || !namespace ? name : `${namespace}.${name}`
