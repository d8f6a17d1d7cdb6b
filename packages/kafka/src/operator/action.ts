import { z } from 'zod'

/** Where operators' actions on dead letters are kept, without prefix: the audit, and the state that the tool goes by. */
export const actionsTopic = 'dead-letter-actions'

const common = {
  /** One call of the tool. */
  run: z.string(),
  letter: z.string(),
  original: z.string(),
  group: z.string(),
  eventId: z.string(),
  /** Replays that the letter's message had had when the letter was written. */
  replays: z.number().int(),
  by: z.string(),
  /** ISO time. */
  at: z.string(),
  note: z.string().optional(),
}

/** Which replay of the message it is, from 1. */
const number = z.number().int()

const intended = z.object({
  ...common,
  action: z.literal('replay-intended'),
  number,
  /** Also where it was replayed or parked before. */
  again: z.boolean(),
  /** The retry topic, and where each of its partitions ended before the intent: what was sent lies behind that. */
  to: z.string(),
  from: z.array(z.number().int()),
})
const replayed = z.object({
  ...common,
  action: z.literal('replayed'),
  number,
  /** Place in the retry topic. */
  to: z.string(),
  /** Told not by the run that sent it, but by a later one that found it there. */
  found: z.literal(true).optional(),
})
const withdrawn = z.object({
  ...common,
  action: z.literal('replay-withdrawn'),
  number,
  /** Why nothing was sent. */
  why: z.string(),
})
const parked = z.object({ ...common, action: z.literal('parked') })

const schema = z.discriminatedUnion('action', [intended, replayed, withdrawn, parked])

/** One record of the topic, as JSON; keyed by the letter's place. */
export type Action = z.infer<typeof schema>
export type Intent = z.infer<typeof intended>
export type Replayed = z.infer<typeof replayed>
export type Parked = z.infer<typeof parked>

/** Undefined for a record that is no action of a kind known here. */
export function readAction(value: Buffer | null): Action | undefined {
  try {
    return schema.safeParse(JSON.parse(String(value))).data
  } catch {
    return undefined
  }
}
