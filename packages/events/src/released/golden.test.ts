import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type AvroRecord, type AvroSchema, typeOf } from '../evolution/schema.ts'
import { writerSchemas } from '../writers.ts'
import { damage } from './damage.ts'
import { type Released, readReleased, releasedTopics } from './files.ts'
import { rewritten } from './history.ts'
import { samplesOf } from './sample.ts'
import { readSources } from './sources.ts'

const released = releasedTopics().flatMap((topic) => readReleased(topic))
const named = <T extends { topic: string; version: number }>(of: T[]) =>
  of.map((one) => [`${one.topic} v${one.version}`, one] as const)
const sources = new Map(readSources().map(({ topic, schema }) => [topic, schema]))
/** What was published of contracts that still are. */
const living = released.flatMap((one) => {
  const today = sources.get(one.topic)
  return today ? [{ ...one, today }] : []
})

/** As a service reads it: the writer's schema comes from the registry, by its id. */
async function decode(reader: AvroSchema, writer: AvroSchema, bytes: Buffer): Promise<unknown> {
  const type = typeOf(reader)
  const writers = writerSchemas({
    idOf: async () => 1,
    schemaOf: async () => JSON.parse(JSON.stringify(writer)),
  })
  return type.fromBuffer(bytes, (await writers.resolver(type, 1)) ?? undefined)
}

describe('what was released', () => {
  it.each([...sources])('%s: the schema of today is its newest version', (topic, schema) => {
    expect(readReleased(topic).at(-1)?.schema, 'not released yet: pnpm contracts release').toEqual(schema)
  })

  it('is never rewritten, and no version of it is missing', () => {
    expect(rewritten() ?? []).toEqual([])
    for (const topic of releasedTopics()) {
      const versions = readReleased(topic).map(({ version }) => version)
      expect(versions).toEqual(versions.map((_, i) => i + 1))
    }
  })

  it.each(named(released))('%s: its bytes are its sample, and are still written so', (_, version: Released) => {
    expect(damage(version)).toEqual([])
  })
})

describe('bytes of any version, whoever reads them', () => {
  it.each(named(living))('%s: its golden bytes are read by the code of today', async (_, version) => {
    const { today, schema, bytes, sample } = version
    expect(await decode(today, schema, bytes)).toEqual(as(today, sample, schema))
  })

  it.each(named(living))('%s: its code reads whatever the code of today writes', async (_, { today, schema }) => {
    for (const sample of samplesOf(today)) {
      const bytes = typeOf(today).toBuffer(sample)
      expect(await decode(schema, today, bytes)).toEqual(as(schema, sample, today))
    }
  })
})

/** What a reader is to make of a value: fields that it does not know gone, those that the writer had not at their default. */
function as(reader: AvroSchema, value: unknown, writer: AvroSchema): unknown {
  if (isDeepStrictEqual(reader, writer)) return value
  if (Array.isArray(reader)) {
    const branches = reader.filter((one) => one !== 'null')
    const from = Array.isArray(writer) ? writer.filter((one) => one !== 'null') : [writer]
    return value === null || branches.length !== 1 || from.length !== 1 ? value : as(branches[0]!, value, from[0]!)
  }
  if (typeof reader === 'string' || typeof writer === 'string' || Array.isArray(writer)) return value
  if ('items' in reader && 'items' in writer)
    return (value as unknown[]).map((one) => as(reader.items, one, writer.items))
  if ('symbols' in reader) return reader.symbols.includes(value as string) ? value : reader.default
  if (!('fields' in reader && 'fields' in writer)) return value
  const of = value as Record<string, unknown>
  const fields = reader.fields.map(({ name, type, default: missing }) => {
    const from = writer.fields.find((one) => one.name === name)
    return [name, from ? as(type, of[name], from.type) : missing]
  })
  return Object.fromEntries(fields)
}

describe('the expectation itself', () => {
  const order = (fields: AvroRecord['fields']): AvroRecord => ({ type: 'record', name: 'Order', fields })

  it('sees a value that is lost, and one that is made up', async () => {
    const before = order([{ name: 'amount', type: 'long' }])
    const after = order([
      { name: 'amount', type: 'long' },
      { name: 'currency', type: 'string', default: 'KRW' },
    ])
    const bytes = typeOf(before).toBuffer({ amount: 5 })
    expect(await decode(after, before, bytes)).toEqual(as(after, { amount: 5 }, before))
    expect(as(after, { amount: 5 }, before)).toEqual({ amount: 5, currency: 'KRW' })
    await expect(decode(order([{ name: 'total', type: 'long' }]), before, bytes)).rejects.toThrow()
  })
})
