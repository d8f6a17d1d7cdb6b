import type { AvroEnum, AvroField, AvroRecord, AvroSchema } from '../src/evolution/schema.ts'

/** Numbers from a seed (mulberry32): a pair that fails can be made again. */
function randomness(seed: number) {
  let state = seed
  let names = 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return {
    below,
    chance: (percent: number) => below(100) < percent,
    oneOf: <T>(of: readonly T[]): T => of[below(of.length)]!,
    /** A name that no other type has. */
    fresh: (name: string) => `${name}_${++names}`,
  }
}

type Randomness = ReturnType<typeof randomness>

/** Two versions of a contract: a random one, and what up to four random edits make of it. The same for the same seed. */
export function randomPair(seed: number): [AvroRecord, AvroRecord] {
  const random = randomness(seed)
  const before = record(random, 'Event', 2, 'first.test')
  const after = structuredClone(before)
  for (let edits = random.below(4); edits >= 0; edits -= 1) edit(random, random.oneOf(recordsOf(after)))
  return [before, after]
}

const fieldNames = ['a', 'b', 'c', 'd', 'e']

function record(random: Randomness, name: string, depth: number, namespace?: string): AvroRecord {
  const count = 1 + random.below(3)
  const fields = fieldNames.slice(0, count).map((one) => field(random, one, random.fresh(name), depth))
  return { type: 'record', name, ...(namespace && { namespace }), fields }
}

function field(random: Randomness, name: string, typeName: string, depth: number): AvroField {
  const type = anyType(random, typeName, depth)
  const value = random.chance(50) ? simplest(type) : undefined
  return { name, type, ...(value !== undefined && { default: value }) }
}

const scalarNames = ['int', 'long', 'float', 'double', 'string', 'bytes', 'boolean'] as const

function anyType(random: Randomness, name: string, depth: number): AvroSchema {
  switch (random.below(depth > 0 ? 10 : 6)) {
    case 0:
      return symbols(random, name)
    case 1:
      return { type: 'fixed', name, size: 1 + random.below(2) }
    case 2: {
      const scalar = random.oneOf(scalarNames)
      // A value of JavaScript does not say whether it is a string or a symbol.
      const withEnum = scalar !== 'string' && random.chance(30)
      const branches: AvroSchema[] = ['null', scalar, ...(withEnum ? [symbols(random, name)] : [])]
      return random.chance(50) ? branches : branches.toReversed()
    }
    case 6:
      return record(random, name, depth - 1)
    case 7:
      return { type: 'array', items: anyType(random, name, depth - 1) }
    case 8:
      return { type: 'map', values: anyType(random, name, depth - 1) }
    case 9:
      return ['null', record(random, name, depth - 1)]
    default:
      return random.oneOf(scalarNames)
  }
}

function symbols(random: Randomness, name: string): AvroEnum {
  const some = ['U', 'X', 'Y'].slice(0, 1 + random.below(3))
  return { type: 'enum', name, symbols: some, ...(random.chance(50) && { default: 'U' }) }
}

/** A default for the type; none where there is no simple one. */
function simplest(type: AvroSchema): unknown {
  if (Array.isArray(type)) return simplest(type[0]!)
  if (typeof type === 'object') {
    if ('symbols' in type) return type.symbols[0]
    if ('items' in type) return []
    if ('values' in type) return {}
    return undefined
  }
  return { null: null, boolean: false, string: '', bytes: '' }[type] ?? (type === 'null' ? null : 0)
}

function recordsOf(schema: AvroSchema): AvroRecord[] {
  if (typeof schema === 'string') return []
  if (Array.isArray(schema)) return schema.flatMap(recordsOf)
  if ('items' in schema) return recordsOf(schema.items)
  if ('values' in schema) return recordsOf(schema.values)
  return 'fields' in schema ? [schema, ...schema.fields.flatMap(({ type }) => recordsOf(type))] : []
}

/** One change of the kinds that people make. */
function edit(random: Randomness, within: AvroRecord): void {
  const { fields } = within
  const one = random.oneOf(fields)
  const unused = fieldNames.find((name) => !fields.some((other) => other.name === name))
  switch (random.below(11)) {
    case 0:
      if (unused) fields.push(field(random, unused, random.fresh(within.name), 1))
      break
    case 1:
      if (fields.length > 1) fields.splice(fields.indexOf(one), 1)
      break
    case 2:
      if (!unused) break
      if (random.chance(40)) one.aliases = [one.name]
      one.name = unused
      break
    case 3:
      if (one.default === undefined && simplest(one.type) !== undefined) one.default = simplest(one.type)
      else delete one.default
      break
    case 4:
      within.name = `${within.name}Too`
      if (random.chance(40)) within.aliases = [within.name.slice(0, -3)]
      break
    case 5:
    case 10:
      if (typeof one.type === 'object' && 'symbols' in one.type) reviseSymbols(random, one.type, one)
      break
    case 6:
      if (unused) fields.push({ ...field(random, unused, random.fresh(within.name), 0), aliases: [one.name] })
      break
    case 9:
      within.namespace = 'second.test'
      break
    default:
      one.type = anyType(random, random.fresh(within.name), 0)
      if (one.default !== undefined) one.default = simplest(one.type)
      if (one.default === undefined) delete one.default
  }
}

function reviseSymbols(random: Randomness, type: AvroEnum, of: AvroField): void {
  if (random.chance(50)) type.symbols = [...type.symbols, `N${type.symbols.length}`]
  else if (type.symbols.length > 1) type.symbols = type.symbols.slice(0, -1)
  if (random.chance(30)) delete type.default
  if (of.default !== undefined) of.default = type.symbols[0]
}
