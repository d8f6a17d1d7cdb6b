import { z } from 'zod'

/** An id in a JSON body: a number, because a JSON string would make two spellings of one id. */
export const bodyId = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

/** An id in a path or query: decimal digits without sign, leading zero or exponent. */
export const pathId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be an integer from 1 to 9007199254740991')
  .transform(Number)
  .pipe(bodyId)

/** Alias of `bodyId`: the plain 53-bit id. */
export const id53 = bodyId
