import { z } from 'zod'

/** The query parameter `limit`, how many entries a page may have: 1 to `most`. */
export const limitOf = ({ most, byDefault }: { most: number; byDefault: number }) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `must be an integer from 1 to ${most}`)
    .transform(Number)
    .pipe(z.number().int().min(1).max(most))
    .default(byDefault)
