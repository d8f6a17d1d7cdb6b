import { types } from 'pg'

/** As a `types` option of one connection: leaves the parsers of the driver, which are global, alone. */
export const numericInt8 = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === types.builtins.INT8 && format !== 'binary') return parseInt8
    return types.getTypeParser(oid, format)
  },
}

/** Ids and amounts end at 2^53-1 by contract; beyond it a number would be silently wrong. @throws {RangeError} */
export function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a JavaScript number`)
  return value
}
