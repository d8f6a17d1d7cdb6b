import { runNode, testStack } from '@firstcome/testing'
import { describe, expect, it } from 'vitest'
import type { AvroEnum, AvroField, AvroRecord, AvroSchema } from '../evolution/schema.ts'
import { registerContract } from './registration.ts'
import { LEVEL, RegistryRefusal, registryAt } from './registry.ts'

const registry = registryAt(testStack().registryUrl)

const event = (fields: AvroField[], more: Partial<AvroRecord> = {}): AvroRecord => ({
  type: 'record',
  namespace: 'first.test',
  name: 'Event',
  fields: [{ name: 'id', type: 'string' }, ...fields],
  ...more,
})
const field = (type: AvroSchema, more: Partial<AvroField> = {}): AvroField => ({ name: 'amount', type, ...more })
const symbols = (some: string[], more: Partial<AvroEnum> = {}) =>
  field({ type: 'enum', name: 'Reason', symbols: some, ...more })
const nested = (more: AvroField[]) =>
  field({ type: 'array', items: { type: 'record', name: 'Item', fields: [{ name: 'n', type: 'int' }, ...more] } })

/** A subject of its own: the versions it holds, and the schema that is to come. */
type Case = [what: string, history: AvroSchema[], next: AvroSchema]

const breaking: Case[] = [
  ['a field removed', [event([field('long')])], event([])],
  ['a field added without a default', [event([])], event([field('long')])],
  ['a field renamed', [event([field('long')])], event([{ name: 'total', type: 'long' }])],
  [
    'a field renamed, with an alias',
    [event([field('long')])],
    event([{ name: 'total', type: 'long', aliases: ['amount'] }]),
  ],
  ['another type', [event([field('long')])], event([field('string')])],
  ['a wider type', [event([field('int')])], event([field('long')])],
  ['a type within an array', [event([nested([])])], event([nested([{ name: 'm', type: 'int' }])])],
  ['a field that may be null from now on', [event([field('long')])], event([field(['null', 'long'])])],
  [
    'a field that may be something else as well',
    [event([field(['null', 'long'])])],
    event([field(['null', 'long', 'string'])]),
  ],
  ['a symbol removed, without a default one', [event([symbols(['A', 'B'])])], event([symbols(['A'])])],
  ['a symbol added, without a default one', [event([symbols(['A'])])], event([symbols(['A', 'B'])])],
  [
    'a default removed, while a version without the field exists',
    [event([]), event([field('long', { default: 0 })])],
    event([field('long')]),
  ],
  ['another name', [event([])], event([], { name: 'Other' })],
  [
    'a field that comes back as something else',
    [event([field('long', { default: 0 })]), event([])],
    event([field('string', { default: '' })]),
  ],
]

const allowed: Case[] = [
  ['a field added with a default', [event([])], event([field(['null', 'long'], { default: null })])],
  ['a field removed that has a default', [event([field('long', { default: 0 })])], event([])],
  [
    'a symbol added, with a default one',
    [event([symbols(['A'], { default: 'A' })])],
    event([symbols(['A', 'B'], { default: 'A' })]),
  ],
  [
    'a field with a default within an array',
    [event([nested([])])],
    event([nested([{ name: 'm', type: 'int', default: 0 }])]),
  ],
  [
    'another order of fields',
    [event([field('long')])],
    { ...event([]), fields: event([field('long')]).fields.toReversed() },
  ],
  ['documentation', [event([])], event([], { doc: 'What happened.' })],
]

/** What this registry lets through, and we do not: where it reads a record, it may read it wrongly. */
const refusedByUsAlone: Case[] = [
  // It compares names without their namespace; our decoder, and the type of the event, go by the whole.
  ['another namespace', [event([])], event([], { namespace: 'first.other' })],
  [
    'a symbol removed, with a default one',
    [event([symbols(['A', 'B'], { default: 'A' })])],
    event([symbols(['A'], { default: 'A' })]),
  ],
  ['the default symbol removed', [event([symbols(['A'], { default: 'A' })])], event([symbols(['A'])])],
  ['a default removed that the only version has', [event([field('long', { default: 0 })])], event([field('long')])],
  [
    'another meaning of the same number',
    [event([field({ type: 'long', logicalType: 'timestamp-millis' })])],
    event([field({ type: 'long', logicalType: 'timestamp-micros' })]),
  ],
  ['text that becomes bytes', [event([field('string')])], event([field('bytes')])],
  [
    'a field renamed, with an alias, behind defaults',
    [event([field('long', { default: 0 })])],
    event([{ name: 'total', type: 'long', aliases: ['amount'], default: 0 }]),
  ],
]

/** A subject with this history, registered by the registry's own rules; and the contract that is to be its next version. */
async function contractAfter(history: AvroSchema[], schema: AvroSchema) {
  const topic = `test-${crypto.randomUUID()}`
  const subject = `${topic}-value`
  await registry.requireLevel(subject)
  for (const version of history) await registry.register(subject, version)
  return { topic, subject, consumers: ['payment-api'], schema: schema as never }
}

describe('registering', { concurrent: true }, () => {
  it.each(breaking)('%s: the registry refuses it, and so do we, in words', async (_, history, next) => {
    const contract = await contractAfter(history, next)
    await expect(registry.register(contract.subject, next)).rejects.toThrow(RegistryRefusal)
    const outcome = await registerContract(registry, contract)
    expect(outcome).toHaveProperty('refused')
    const said = (outcome as { refused: string[] }).refused.join('\n')
    expect(said).toMatch(/^✗ .* \(against version \d of the registry\)\n {4}/)
    expect(said).toMatch(/breaks (its consumers|the new code of) payment-api/)
    expect(said).toContain('instead: ')
    expect(said).toContain('the registry refuses it too')
  })

  it.each(refusedByUsAlone)('%s: we refuse it, though the registry would not', async (_, history, next) => {
    const contract = await contractAfter(history, next)
    expect(await registerContract(registry, contract)).toMatchObject({
      refused: expect.arrayContaining(['the registry alone would let it through']),
    })
    expect(await registry.versions(contract.subject)).toHaveLength(history.length)
  })

  it.each(allowed)('%s: both let it through', async (_, history, next) => {
    const contract = await contractAfter(history, next)
    expect(await registerContract(registry, contract)).toMatchObject({ id: expect.any(Number) })
    expect((await registry.versions(contract.subject)).at(-1)?.schema).toEqual(next)
  })

  it('sets the level before the first version, and gives the same schema the same id again', async () => {
    const contract = {
      ...(await contractAfter([], event([]))),
      topic: 'test',
      subject: `test-${crypto.randomUUID()}-value`,
    }
    const first = await registerContract(registry, contract)
    const config = await fetch(`${registry.url}/config/${contract.subject}`)
    expect(await config.json()).toEqual({ compatibilityLevel: LEVEL })
    expect(await registerContract(registry, contract)).toEqual(first)
    expect(await registry.versions(contract.subject)).toHaveLength(1)
  })
})

describe('register, the deploy step', () => {
  const register = async (url: string | undefined, ...args: string[]) => {
    const file = new URL('./register.ts', import.meta.url).pathname
    const child = runNode(file, { SCHEMA_REGISTRY_URL: url }, args)
    const { code } = await child.ended
    return { code, output: child.output() }
  }

  it('registers what a service publishes, and nothing else', async () => {
    const { code, output } = await register(registry.url, 'payment-api')
    expect(code, output).toBe(0)
    expect(output.match(/^\S+/gm)).toEqual(['payment-completed-value', 'payment-refunded-value'])
  })

  it.each([
    ['the registry is away', 'http://127.0.0.1:9', ['payment-api'], 1, 'http://127.0.0.1:9 does not answer'],
    ['two services are named', 'http://127.0.0.1:9', ['coupon-api', 'payment-api'], 2, 'One service at most'],
    ['nobody says where', undefined, [], 78, 'SCHEMA_REGISTRY_URL is not set'],
  ])('says so when %s', async (_, url, args, code, why) => {
    expect(await register(url, ...args)).toEqual({ code, output: expect.stringContaining(why) })
  })
})
