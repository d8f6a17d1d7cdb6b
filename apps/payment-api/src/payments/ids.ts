import { z } from 'zod'

/** In one spelling, so that an id in capitals is the same id to a fingerprint as well. */
export const uuid = z.uuid().transform((id) => id.toLowerCase())
