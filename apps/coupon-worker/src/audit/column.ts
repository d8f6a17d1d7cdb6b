type Numbers = Float64Array | Int32Array | Uint8Array

/** A list of numbers that grows, at the few bytes each that its array type says: a million requests are to fit in memory. */
export interface Column {
  readonly length: number
  push(value: number): void
  /** 0 beyond the end. */
  at(index: number): number
  /** Grows up to the index, with zeros. */
  set(index: number, value: number): void
}

export function column(make: (length: number) => Numbers): Column {
  let data = make(1024)
  let length = 0
  function grow(least: number) {
    const larger = make(Math.max(least, data.length * 2))
    larger.set(data as never)
    data = larger
  }
  return {
    get length() {
      return length
    },
    push(value) {
      if (length === data.length) grow(length + 1)
      data[length++] = value
    },
    at: (index) => data[index] ?? 0,
    set(index, value) {
      if (index >= data.length) grow(index + 1)
      if (index >= length) length = index + 1
      data[index] = value
    },
  }
}

/** Exact up to 2^53. */
export const numbers = () => column((length) => new Float64Array(length))
export const integers = () => column((length) => new Int32Array(length))
export const bytes = () => column((length) => new Uint8Array(length))
