import { z } from 'zod'

/** Where operators' actions on dead letters are kept, without prefix: the audit, and the state that the tool goes by. */
export const actionsTopic = 'dead-letter-actions'

const common = {
  run: z.string().describe('One call of the tool.'),
  letter: z.string().describe('Place of the dead letter: topic/partition/offset.'),
  original: z.string().describe('Place where its message was first read.'),
  group: z.string().describe('Group that gave it up.'),
  eventId: z.string(),
  replays: z.number().int().describe("Replays that the letter's message had had when the letter was written."),
  by: z.string().describe('Who acted.'),
  at: z.string().describe('When, ISO 8601.'),
  note: z.string().optional().describe('Why, in words of who acted.'),
}

const number = z.number().int().describe('Which replay of the message it is, from 1.')

const intended = z.object({
  ...common,
  action: z.literal('replay-intended'),
  number,
  again: z.boolean().describe('Also where it was replayed or parked before.'),
  to: z.string().describe('The retry topic.'),
  from: z
    .array(z.number().int())
    .describe('Where each of its partitions ended before the intent: what was sent lies behind that.'),
})
const replayed = z.object({
  ...common,
  action: z.literal('replayed'),
  number,
  to: z.string().describe('Place in the retry topic.'),
  found: z
    .literal(true)
    .optional()
    .describe('Told not by the run that sent it, but by a later one that found it there.'),
})
const withdrawn = z.object({
  ...common,
  action: z.literal('replay-withdrawn'),
  number,
  why: z.string().describe('Why nothing was sent.'),
})
const parked = z.object({ ...common, action: z.literal('parked') })

/** What one record of the topic holds, as JSON. */
export const actionSchema = z.discriminatedUnion('action', [intended, replayed, withdrawn, parked])

/** One record of the topic, as JSON; keyed by the letter's place. */
export type Action = z.infer<typeof actionSchema>
export type Intent = z.infer<typeof intended>
export type Replayed = z.infer<typeof replayed>
export type Parked = z.infer<typeof parked>

/** Undefined for a record that is no action of a kind known here. */
export function readAction(value: Buffer | null): Action | undefined {
  try {
    return actionSchema.safeParse(JSON.parse(String(value))).data
  } catch {
    return undefined
  }
}
