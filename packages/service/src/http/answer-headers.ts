import { z } from 'zod'

/** Every header that an answer can be said to have, and what is in it. */
export const answerHeaders = {
  Location: {
    description: 'Where what was made, or asked for, is to be read.',
    schema: z.string().regex(/^\/api\//),
  },
  'Retry-After': { description: 'Seconds after which to try again.', schema: z.string().regex(/^\d+$/) },
  'WWW-Authenticate': { description: 'A bearer token is required.', schema: z.string().regex(/^Bearer/) },
  'Idempotent-Replayed': {
    description: 'The Idempotency-Key has been used before, and this is what its request came to.',
    schema: z.literal('true'),
  },
  'Preference-Applied': {
    description: 'The preference that was followed: the answer was held, or would have been.',
    schema: z.string().regex(/^wait=\d+$/),
  },
  Allow: { description: 'The methods that the path answers to.', schema: z.string() },
} as const

export type HeaderName = keyof typeof answerHeaders
/** With a `?` where it is not in every such answer. */
export type AnswerHeader = HeaderName | `${HeaderName}?`

export function readHeader(header: AnswerHeader): { name: HeaderName; optional: boolean } {
  const optional = header.endsWith('?')
  return { name: (optional ? header.slice(0, -1) : header) as HeaderName, optional }
}
