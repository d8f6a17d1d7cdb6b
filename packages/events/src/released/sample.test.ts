import { expect, it } from 'vitest'
import { randomPair } from '../../test/random-schemas.ts'
import { type AvroRecord, typeOf } from '../evolution/schema.ts'
import { sampleOf, samplesOf } from './sample.ts'

const reason = { type: 'enum', name: 'Reason', symbols: ['UNKNOWN', 'CLOSED', 'PAUSED'], default: 'UNKNOWN' } as const
const event: AvroRecord = {
  type: 'record',
  namespace: 'first.test',
  name: 'Event',
  fields: [
    { name: 'orderId', type: { type: 'string', logicalType: 'uuid' } },
    { name: 'opensAt', type: ['null', { type: 'long', logicalType: 'timestamp-millis' }], default: null },
    { name: 'closesAt', type: ['null', { type: 'long', logicalType: 'timestamp-millis' }], default: null },
    { name: 'reason', type: { ...reason, symbols: [...reason.symbols] } },
    { name: 'before', type: ['null', 'Reason'], default: null },
    { name: 'userId', type: 'long', default: 42 },
    { name: 'isPaid', type: 'boolean', default: true },
    { name: 'next', type: ['null', 'first.test.Event'], default: null },
    { name: 'others', type: { type: 'array', items: 'Event' }, default: [] },
  ],
}

it('is complete: values where they may be missing, another symbol than the default, nothing that a default could make up', () => {
  expect(sampleOf(event)).toEqual({
    orderId: '0199f7a0-0000-7000-8000-000000000003',
    opensAt: 1_794_441_600_000,
    closesAt: null,
    reason: 'CLOSED',
    before: 'PAUSED',
    userId: 43,
    isPaid: false,
    next: null,
    others: [],
  })
})

it('has enough variants that each branch and each symbol occurs', () => {
  const samples = samplesOf(event) as { opensAt: unknown; closesAt: unknown; reason: string }[]
  expect(new Set(samples.map((one) => one.reason))).toEqual(new Set(reason.symbols))
  for (const field of ['opensAt', 'closesAt'] as const)
    expect(new Set(samples.map((one) => one[field] === null))).toEqual(new Set([true, false]))
})

it('fits any schema, and is the same each time', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const [schema] = randomPair(seed)
    const type = typeOf(schema)
    for (const sample of samplesOf(schema))
      expect({ seed, isValid: type.isValid(sample) }).toEqual({ seed, isValid: true })
    expect(sampleOf(schema)).toEqual(sampleOf(structuredClone(schema)))
  }
})
