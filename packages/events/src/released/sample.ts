import { isDeepStrictEqual } from 'node:util'
import { type AvroEnum, type AvroRecord, type AvroSchema, scalars } from '../evolution/schema.ts'

/**
 * A complete value of the schema, the same for the same schema: unions take their last branch that is not null, enums a
 * symbol that is not the default, fields with a default something else. A union met again takes its next branch, and another
 * `variant` begins elsewhere: as many variants as the longest union or enum has members show every one of them.
 */
export function sampleOf(schema: AvroSchema, variant = 0): unknown {
  const named = new Map<string, AvroSchema>()
  const met = new Map<string, number>()
  /** Records that are being made: one within itself ends. */
  const open: AvroRecord[] = []
  let ids = 100
  let moments = 0

  /** Which of `count` alternatives: the next one each time the same union or enum is met. */
  function turn(what: AvroSchema, count: number): number {
    const key = JSON.stringify(what)
    const times = met.get(key) ?? 0
    met.set(key, times + 1)
    return (variant + times) % count
  }

  function make(type: AvroSchema, field: string, entry: number): unknown {
    if (typeof type === 'string') return named.has(type) ? make(named.get(type)!, field, entry) : scalar(type)
    if (Array.isArray(type)) {
      const branches = type.filter((branch) => branch !== 'null').reverse()
      if (branches.length < type.length) branches.push('null')
      const ends = branches.filter((branch) => !isOpen(branch))
      return make(ends[turn(type, ends.length)]!, field, entry)
    }
    if ('name' in type) for (const name of namesOf(type)) named.set(name, type)
    if ('fields' in type) {
      open.push(type)
      const fields = type.fields.map((one): [string, unknown] => {
        const value = make(one.type, one.name, entry)
        return [one.name, isScalar(one.type) && isDeepStrictEqual(value, one.default) ? other(value) : value]
      })
      open.pop()
      return Object.fromEntries(fields)
    }
    if ('symbols' in type) return symbolOf(type)
    if ('items' in type && isOpen(type.items)) return []
    if ('values' in type && isOpen(type.values)) return {}
    if ('items' in type) return [1, 2].map((nth) => make(type.items, field, nth))
    if ('values' in type) return { one: make(type.values, field, 1), two: make(type.values, field, 2) }
    if ('size' in type) return Buffer.alloc(type.size, 0xa5)
    if (type.logicalType === 'uuid') return uuid(known[field] ?? ++ids)
    if (type.logicalType?.startsWith('timestamp-') || type.logicalType?.startsWith('local-timestamp-')) {
      // 12 November 2026, 00:00 UTC, and a second later each time.
      const millis = 1_794_441_600_000 + 1000 * moments++
      return type.logicalType.endsWith('micros') ? millis * 1000 : millis
    }
    return scalar(type.type)

    function scalar(name: string): unknown {
      if (!isScalarName(name)) throw new Error(`unknown Avro type '${name}'`)
      if (name === 'null') return null
      if (name === 'boolean') return true
      if (name === 'bytes') return Buffer.from([0x00, 0x7f, 0xff])
      if (name === 'string') return words[field] ?? `a sample of ${field}`
      if (name === 'float' || name === 'double') return 12.5 * entry
      const value = numbers[field]?.(entry) ?? 10 + entry
      return name === 'int' && value >= 2 ** 31 ? 10 + entry : value
    }
  }

  function isOpen(type: AvroSchema): boolean {
    return open.some((record) => namesOf(record).includes(String(type)))
  }

  function symbolOf(type: AvroEnum): string {
    const symbols = type.symbols.filter((symbol) => symbol !== type.default)
    return [...symbols, ...type.symbols.filter((symbol) => symbol === type.default)][turn(type, type.symbols.length)]!
  }

  return make(schema, '', 1)
}

/** As many variants as show every branch of every union and every symbol of every enum. */
export function samplesOf(schema: AvroSchema): unknown[] {
  return Array.from({ length: longest(schema) }, (_, variant) => sampleOf(schema, variant))
}

/** How many members the longest union or enum has; at least 1. */
function longest(type: AvroSchema): number {
  if (typeof type === 'string') return 1
  if (Array.isArray(type)) return Math.max(type.length, ...type.map(longest))
  if ('fields' in type) return Math.max(1, ...type.fields.map((field) => longest(field.type)))
  if ('symbols' in type) return type.symbols.length
  if ('items' in type) return longest(type.items)
  return 'values' in type ? longest(type.values) : 1
}

/** What fields of these names hold in a sample: two products, 2 of 12900 and 1 of 4500, which make 30300. */
const numbers: Record<string, (entry: number) => number> = {
  userId: () => 42,
  productId: (entry) => entry,
  quantity: (entry) => (entry === 1 ? 2 : 1),
  unitPrice: (entry) => (entry === 1 ? 12_900 : 4_500),
  totalAmount: () => 30_300,
  amount: () => 30_300,
  couponPolicyId: () => 7,
  totalQuantity: () => 1_000,
  rank: () => 1,
  partition: () => 3,
  // Beyond what 32 bits hold.
  offset: () => 5_000_000_000,
}

/** The same order is the same one in the samples of all events. */
const known: Record<string, number> = { requestId: 1, couponId: 2, orderId: 3, paymentId: 4 }

const uuid = (n: number) => `0199f7a0-0000-7000-8000-${String(n).padStart(12, '0')}`

const words: Record<string, string> = { method: 'card', name: 'Autumn sale, 10 € off', currency: 'KRW' }

/** By its name within its namespace and by its full name: as a schema may refer to it. */
function namesOf({ name, namespace }: { name: string; namespace?: string }): string[] {
  return namespace ? [name, `${namespace}.${name}`] : [name]
}

function isScalar(type: AvroSchema): boolean {
  return typeof type === 'string' ? isScalarName(type) : 'type' in type && isScalarName(type.type)
}

const isScalarName = (name: string): boolean => (scalars as readonly string[]).includes(name)

/** For a value that happens to be the default, which a reader could have made up. */
function other(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (typeof value === 'string') return `${value}, another`
  return value
}
