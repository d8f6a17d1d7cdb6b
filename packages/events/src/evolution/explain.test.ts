import { describe, expect, it } from 'vitest'
import { compareSchemas } from './compare.ts'
import { explain } from './explain.ts'
import { refusals } from './judge.ts'
import type { AvroField, AvroRecord, AvroSchema } from './schema.ts'

const audience = { consumers: ['payment-api', 'ranking-service'] }
const event = (fields: AvroField[], more: Partial<AvroRecord> = {}): AvroRecord => ({
  type: 'record',
  namespace: 'firstcome.orders',
  name: 'OrderPlaced',
  fields: [{ name: 'orderId', type: 'string' }, ...fields],
  ...more,
})
const amount = (type: AvroSchema, more: Partial<AvroField> = {}) => ({ name: 'amount', type, ...more })
const reason = (symbols: string[], more = {}): AvroField => ({
  name: 'reason',
  type: { type: 'enum', name: 'Reason', symbols, ...more },
})
const told = (before: AvroSchema, after: AvroSchema) =>
  compareSchemas(before, after).map((change) => explain(change, audience).join('\n'))

const asTheyRun = 'breaks its consumers payment-api and ranking-service as they run today: they'
const onRecords =
  'breaks the new code of payment-api and ranking-service on what is there already (the log, retried messages, dead letters, a replay):'
const house = "Avro's rules let it through, this house does not:"

describe('a change that breaks somebody', () => {
  it.each<[string, AvroSchema, AvroSchema, string[]]>([
    [
      'a field removed',
      event([amount('long')]),
      event([]),
      [
        'removing `amount` (long, no default)',
        `${asTheyRun} need \`amount\`, which the new records lack`,
        'instead: keep it',
      ],
    ],
    [
      'a field added without a default',
      event([]),
      event([amount('long')]),
      [
        'adding `amount` (long, no default)',
        `${onRecords} older records lack \`amount\`, and no default takes its place`,
        'instead: give it a default',
      ],
    ],
    [
      'what looks like a rename',
      event([amount('long')]),
      event([{ name: 'total', type: 'long' }]),
      [
        'removing `amount` and adding `total`, both long: this looks like a rename',
        `${asTheyRun} need \`amount\`, which the new records lack`,
        `${onRecords} older records lack \`total\`, and no default takes its place`,
        'instead: keep `amount`, add `total` with a default, write both',
      ],
    ],
    [
      'a rename with an alias, which only the new code knows',
      event([amount('long')]),
      event([{ name: 'total', type: 'long', aliases: ['amount'] }]),
      ['renaming `amount` to `total`, with an alias', `${asTheyRun} need \`amount\``, 'instead: keep `amount`'],
    ],
    [
      'a wider type',
      event([amount('int')]),
      event([amount('long')]),
      [
        'turning `amount` from int into long',
        `${asTheyRun} expect int, and can not take long for it`,
        'instead: add a second field',
      ],
    ],
    [
      'a type of another kind, deep within',
      event([{ name: 'items', type: { type: 'array', items: event([amount('long')], { name: 'Item' }) } }]),
      event([{ name: 'items', type: { type: 'array', items: event([amount('string')], { name: 'Item' }) } }]),
      [
        'turning `items[].amount` from long into string',
        `${asTheyRun} expect long, and can not take string for it`,
        `${onRecords} older records hold long there`,
        'instead: add a second field',
      ],
    ],
    [
      'a field that may be null from now on',
      event([amount('long')]),
      event([amount(['null', 'long'])]),
      ['letting `amount` be null', `${asTheyRun} can not take null for a value`, 'instead: add a second field'],
    ],
    [
      'a symbol for readers without a default one',
      event([reason(['NONE'])]),
      event([reason(['NONE', 'PAUSED'])]),
      [
        'adding PAUSED to the symbols of `reason`',
        `${asTheyRun} have no default symbol to read PAUSED as`,
        'instead: add a second field whose enum has a default symbol',
      ],
    ],
    [
      'a symbol removed',
      event([reason(['NONE', 'CLOSED'], { default: 'NONE' })]),
      event([reason(['NONE'], { default: 'NONE' })]),
      [
        'removing CLOSED from the symbols of `reason`',
        `${house} records that say CLOSED would be read as NONE, by payment-api and ranking-service, out of a dead letter and on a replay`,
        'instead: keep the symbols and stop writing them',
      ],
    ],
    [
      'the default symbol taken away',
      event([reason(['NONE'], { default: 'NONE' })]),
      event([reason(['NONE'])]),
      ['taking the default NONE from the symbols of `reason`', `${house} the next symbol`, 'instead: keep the default'],
    ],
    [
      'a default taken away',
      event([amount('long', { default: 0 })]),
      event([amount('long')]),
      ['taking the default 0 from `amount`', `${house} a version without the field`, 'instead: keep the default'],
    ],
    [
      'another meaning of the same number',
      event([amount({ type: 'long', logicalType: 'timestamp-millis' })]),
      event([amount({ type: 'long', logicalType: 'timestamp-micros' })]),
      [
        'changing the logical type of `amount` from timestamp-millis to timestamp-micros',
        `${house} the number stays readable, so nobody would notice`,
        'instead: add a second field',
      ],
    ],
    [
      'another namespace, told once, though the enum within moves along',
      event([reason(['NONE'])]),
      event([reason(['NONE'])], { namespace: 'firstcome.shop' }),
      [
        'moving the type of the event to another namespace: firstcome.orders.OrderPlaced to firstcome.shop.OrderPlaced',
        `${asTheyRun} look for firstcome.orders.OrderPlaced and take nothing of another name`,
        `${onRecords} older records are named firstcome.orders.OrderPlaced`,
        'instead: keep the name',
      ],
    ],
    [
      'another name',
      event([]),
      event([], { name: 'OrderTaken' }),
      [
        'renaming the type of the event from firstcome.orders.OrderPlaced to firstcome.orders.OrderTaken',
        `${asTheyRun} look for`,
        `${onRecords} older records are named`,
        'instead: keep the name; or a new topic',
      ],
    ],
  ])('%s: what it is, whom it breaks, what to do instead', (_, before, after, lines) => {
    const [explanation, ...more] = told(before, after)
    expect(more).toEqual([])
    const said = explanation!.split('\n')
    expect(said).toHaveLength(lines.length)
    for (const [i, line] of lines.entries()) expect(said[i]).toContain(line)
    expect(refusals(after, [{ name: 'v1', schema: before }])).toHaveLength(1)
  })
})

describe('a change that breaks nobody', () => {
  it.each<[string, AvroSchema, AvroSchema, string]>([
    [
      'a field with a default',
      event([]),
      event([amount(['null', 'long'], { default: null })]),
      'adding `amount` (null or long, default null)\nin older records it is null',
    ],
    [
      'a field removed that has a default',
      event([amount('long', { default: 0 })]),
      event([]),
      'removing `amount` (long, default 0)\npayment-api and ranking-service read 0 from then on: deploy first those that still use it',
    ],
    [
      'a symbol for readers with a default one',
      event([reason(['NONE'], { default: 'NONE' })]),
      event([reason(['NONE', 'PAUSED'], { default: 'NONE' })]),
      'adding PAUSED to the symbols of `reason`\npayment-api and ranking-service, as they run today, read PAUSED as NONE',
    ],
    [
      'another default',
      event([amount('long', { default: 0 })]),
      event([amount('long', { default: 1 })]),
      'changing the default of `amount` from 0 to 1\nrecords that lack it are read as 1 by the new code, as 0 by the old',
    ],
    ['documentation', event([]), event([], { doc: 'Placed.' }), 'other words only: documentation, order or aliases'],
  ])('%s: what to know about it', (_, before, after, words) => {
    expect(told(before, after)).toEqual([words])
    expect(refusals(after, [{ name: 'v1', schema: before }])).toEqual([])
  })
})

it('tells of the newest version that refuses a change, and looks back to the first', () => {
  const history = [event([amount('long', { default: 0 })]), event([]), event([])].map((schema, i) => ({
    name: `v${i + 1}`,
    schema,
  }))

  // Allowed by the two newest, which lack the field: only the first had it, as something else.
  const asText = refusals(event([amount('string', { default: '' })]), history)
  expect(asText).toMatchObject([{ against: 'v1', change: { kind: 'retyped', path: 'amount' } }])

  const withoutDefault = refusals(event([amount('long')]), history)
  expect(withoutDefault).toMatchObject([
    { against: 'v3', change: { kind: 'field-added' } },
    { against: 'v1', change: { kind: 'default-removed' } },
  ])
})
