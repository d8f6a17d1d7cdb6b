import { describe, expect, it } from 'vitest'
import { avroType } from './avro.ts'

const record = avroType({
  type: 'record',
  name: 'Numbers',
  fields: [
    { name: 'plain', type: 'long' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'optional', type: ['null', 'long'], default: null },
  ],
})

describe('longs', () => {
  it.each([
    0,
    1,
    -1,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
    -(2 ** 32),
    2 ** 52 - 1,
    1 - 2 ** 52,
    2 ** 52,
    -(2 ** 52),
    2 ** 52 + 1,
    -(2 ** 52) - 1,
    Date.now(),
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
  ])('%d is written as any Avro library writes it and read back', (n) => {
    const value = { plain: n, time: n, optional: n }
    const bytes = record.toBuffer(value)
    expect(record.fromBuffer(bytes)).toEqual(value)
    expect(avroType('long').toBuffer(n)).toEqual(zigzag(n))
  })

  it.each([2 ** 53, 1.5, Number.NaN, '1', null])('%s is refused', (n) => {
    expect(record.isValid({ plain: n, time: 0, optional: null })).toBe(false)
  })

  it('a long of another writer beyond the safe range is refused, not rounded', () => {
    const beyond = Buffer.from('80808080808080c001', 'hex')
    expect(() => avroType('long').fromBuffer(beyond)).toThrow('2^53')
  })
})

/** A long as the specification of Avro writes it. */
function zigzag(n: number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(n) << 1n) ^ (BigInt(n) >> 63n))
  const bytes: number[] = []
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}
