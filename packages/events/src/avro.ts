import avsc, { type Schema, type Type } from 'avsc'

/**
 * The Avro type of a schema. Longs are numbers over the whole safe range, -(2^53 - 1) to 2^53 - 1: avsc's own stop two short
 * of it, and would let a fraction through.
 */
export function avroType(schema: Schema): Type {
  return avsc.Type.forSchema(schema, { typeHook: (inner) => (isLong(inner) ? long : undefined) })
}

const isLong = (schema: unknown): boolean =>
  schema === 'long' || (typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long')

const WORD = 2 ** 32

/** avsc copies the eight bytes at once, so that one buffer serves every value. */
const eightBytes = Buffer.alloc(8)

const anyLong = avsc.types.LongType.__with({
  fromBuffer(bytes: Buffer) {
    const value = bytes.readInt32LE(4) * WORD + bytes.readUInt32LE(0)
    if (!Number.isSafeInteger(value)) throw new Error('a long beyond 2^53 - 1, which a number can not hold')
    return value
  },
  toBuffer(value: number) {
    eightBytes.writeInt32LE(Math.floor(value / WORD), 4)
    eightBytes.writeUInt32LE(value >>> 0, 0)
    return eightBytes
  },
  fromJSON: Number,
  toJSON: Number,
  isValid: Number.isSafeInteger,
  compare: (a: number, b: number) => Math.sign(a - b),
})

/** Below this avsc's own arithmetic is exact. */
const EXACT = 2 ** 52

/** What the code that avsc generates for records calls. Not of its public interface, so its version is pinned. */
interface ReadsAndWrites {
  _read(tap: Tap): number
  _write(tap: Tap, value: number): void
}

interface Tap {
  pos: number
  readLong(): number
  writeLong(value: number): void
}

const slow = anyLong as unknown as ReadsAndWrites

/** `anyLong` makes a buffer for each number; nearly all of them can do without. */
const long: Type = Object.assign<Type, ReadsAndWrites>(Object.create(anyLong), {
  _read(tap) {
    const { pos } = tap
    const value = tap.readLong()
    if (value > -EXACT && value < EXACT) return value
    tap.pos = pos
    return slow._read.call(this, tap)
  },
  _write(tap, value) {
    if (value > -EXACT && value < EXACT && Number.isInteger(value)) tap.writeLong(value)
    else slow._write.call(this, tap, value)
  },
})
