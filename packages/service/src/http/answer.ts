import type { z } from 'zod'
import type { AnswerHeader } from './answer-headers.ts'

/**
 * What a route says of itself: for each status what is in the answer. `answers: { 202: answer('The broker has it.', request,
 * { headers: ['Location'] }), 409: problem({ SOLD_OUT: 'All are issued.' }) }`. What follows from the rest of the route (401
 * where a user is asked for, 400 where something is validated, …) is not repeated there: `answersOf` adds it.
 */
export interface Answers {
  /** Several where one status has several forms, each of its own content type. */
  [status: number]: Declared | readonly Declared[]
}

export type Declared = Answer<unknown> | ProblemAnswer | EventsAnswer

/** A JSON document, or nothing at all. */
export interface Answer<T> {
  kind: 'json'
  /** When it is given, in a sentence. */
  description: string
  /** Undefined where the answer has no body. */
  body: z.ZodType<T> | undefined
  headers: readonly AnswerHeader[]
}

/** RFC 9457. */
export interface ProblemAnswer {
  kind: 'problem'
  /** When each code is given, in a sentence. */
  codes: Readonly<Record<string, string>>
  /** The members of the document besides the standard ones. All of them optional: not every code has each. */
  members: z.ZodObject | undefined
  /** Members of an example with the first code; the detail too, where it says more than the code's sentence. */
  example: Readonly<Record<string, unknown>>
  headers: readonly AnswerHeader[]
}

/** Server-sent events, see `eventStream`. */
export interface EventsAnswer {
  kind: 'events'
  description: string
  /** The data of each event, by the event's name. */
  events: Readonly<Record<string, z.ZodType>>
  headers: readonly AnswerHeader[]
}

interface More {
  /** Headers that the answer has; one with a `?` behind its name is not in all of them. */
  headers?: readonly AnswerHeader[]
}

export function answer(description: string, body?: undefined, more?: More): Answer<undefined>
export function answer<T>(description: string, body: z.ZodType<T>, more?: More): Answer<T>
export function answer<T>(description: string, body?: z.ZodType<T>, { headers = [] }: More = {}): Answer<T> {
  return { kind: 'json', description, body, headers }
}

/** `codes` says when each is given. `members` are those that some of the documents have besides the standard ones. */
export function problem(
  codes: Readonly<Record<string, string>>,
  { members, example = {}, headers = [] }: More & Partial<Pick<ProblemAnswer, 'members' | 'example'>> = {},
): ProblemAnswer {
  return { kind: 'problem', codes, members, example, headers }
}

export function events(
  description: string,
  byName: Readonly<Record<string, z.ZodType>>,
  { headers = [] }: More = {},
): EventsAnswer {
  return { kind: 'events', description, events: byName, headers }
}

/** The forms of the answer with this status. */
export function formsOf(answers: Answers, status: number): readonly Declared[] {
  const declared = answers[status]
  if (declared === undefined) return []
  return Array.isArray(declared) ? declared : [declared as Declared]
}
