import { z } from 'zod'

export const problemExample = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  detail: 'All coupons are issued.',
  code: 'COUPON_SOLD_OUT',
  traceId: '0af7651916cd43dd8448eb211c80319c',
}

/** Every refusal is one of these. */
export const anyProblem = z
  .looseObject({
    type: z.literal('about:blank').meta({ description: 'The problem is told by its `code`, not by a page.' }),
    title: z.string().meta({ description: 'What the status is called.' }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'For people. It may change.' }),
    code: z
      .string()
      .meta({ description: 'For programs. Each operation says which it may be, and it does not change.' }),
    traceId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .meta({ description: 'The trace of the request, for whoever asks what happened.' }),
  })
  .meta({
    id: 'Problem',
    description: 'Why there is no other answer (RFC 9457).',
    examples: [problemExample],
  })

/** What is particular to a problem of one status. Not each of them has the members of all. */
export function problemSchema(status: number, codes: string[], members: z.ZodObject[]): z.ZodType {
  return z.looseObject({
    ...Object.assign({}, ...members.map((some) => some.partial().shape)),
    status: z.literal(status),
    code: z.enum(codes),
  })
}
