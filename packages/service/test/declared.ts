import { z } from 'zod'
import { answer, eventStream, events, Problem, problem, type Route, route } from '../src/index.ts'

const receipt = z.strictObject({ total: z.int().min(0), items: z.array(z.strictObject({ itemId: z.int() })) })

/** What the route is to answer, right or wrong. */
const wish = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()).default({}),
  reply: z.unknown().optional(),
  code: z.string().optional(),
  members: z.record(z.string(), z.unknown()).default({}),
})

/** Routes that say what they answer, and answer whatever they are asked to. */
export const declared: Route[] = [
  route(
    {
      method: 'POST',
      path: '/receipts',
      auth: 'public',
      body: wish,
      answers: {
        200: answer('A receipt.', receipt, { headers: ['Location?'] }),
        201: answer('A new receipt.', receipt, { headers: ['Location'] }),
        204: answer('No receipt.'),
        409: problem(
          { SOLD_OUT: 'Nothing is left.', CLOSED: 'The shop is closed.' },
          { members: z.object({ left: z.int().optional() }) },
        ),
        503: [
          answer('The till is jammed.', z.strictObject({ jam: z.string() }), { headers: ['Retry-After'] }),
          problem({ RUSH: 'Too many people.' }),
        ],
      },
    },
    async ({ body: { status, headers, reply, code, members } }) => {
      if (code !== undefined) throw new Problem(status, code, 'As you wish.', { ...members, headers })
      // What no type-checked handler could say by accident.
      return { status, headers, ...(reply !== undefined && { body: reply }) } as never
    },
  ),
  route(
    {
      method: 'GET',
      path: '/receipts/:told',
      auth: 'public',
      params: z.strictObject({ told: z.string() }),
      answers: { 200: events('Receipts as they are printed.', { receipt }) },
    },
    async (request) =>
      eventStream(request, async (stream) => {
        stream.send({ id: '1', event: 'receipt', data: { total: 1, items: [] } })
        stream.send({
          event: request.params.told,
          data: { total: request.params.told === 'receipt' ? -1 : 1, items: [] },
        })
      }),
  ),
]
