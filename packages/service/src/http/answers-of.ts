import { z } from 'zod'
import { type Answers, type Declared, formsOf, problem } from './answer.ts'
import { fieldCodes } from './field-errors.ts'
import type { Problem } from './problem.ts'
import { problems } from './problems.ts'
import type { Route } from './route.ts'

/** What is wrong with which field. */
const fieldError = z.strictObject({
  field: z.string().meta({
    description: 'Path into the body (`items.0.quantity`), or the name of a path, query or header field.',
    examples: ['items.0.quantity'],
  }),
  code: z.enum(fieldCodes).meta({ description: 'Stable, for programs.' }),
  message: z.string().meta({ description: 'For people.', examples: ['Too small: expected number to be >=1'] }),
})
const fieldErrors = z.object({
  errors: z
    .array(fieldError.meta({ id: 'FieldError' }))
    .min(1)
    .optional()
    .meta({
      description: 'With `VALIDATION_FAILED`: what is wrong with which field, once for each.',
    }),
})

const invalid = {
  VALIDATION_FAILED: 'The path, the query, a header or the body is not what it has to be; see `errors`.',
}

const wrongBody = {
  detail: 'Not valid: items.0.quantity.',
  errors: [{ field: 'items.0.quantity', code: 'TOO_SMALL', message: 'Too small: expected number to be >=1' }],
}
const wrongQuery = {
  detail: 'Not valid: limit.',
  errors: [{ field: 'limit', code: 'TOO_LARGE', message: 'Too big: expected number to be <=100' }],
}

/** Everything that a route answers: what it declares, and what follows from the rest of its spec. */
export function answersOf(spec: Route['spec']): Map<number, Declared[]> {
  const all = new Map<number, Declared[]>()
  const add = (status: number, form: Declared) => all.set(status, [...(all.get(status) ?? []), form])
  for (const status of Object.keys(spec.answers ?? {}).map(Number)) {
    for (const form of formsOf(spec.answers!, status)) add(status, form)
  }

  const body = spec.body !== undefined
  // Every query is looked at, if only to refuse it.
  const example = body ? wrongBody : wrongQuery
  add(400, problem({ ...invalid, ...(body && wordsOf(problems.malformedJson())) }, { members: fieldErrors, example }))
  // A bad %-escape in the path, a body that broke off.
  add(400, problem(wordsOf(problems.malformedRequest())))
  if (spec.auth !== 'public') {
    const unauthenticated = { UNAUTHENTICATED: 'There is no bearer token, or one that is not valid or has expired.' }
    add(401, problem(unauthenticated, { headers: ['WWW-Authenticate'] }))
  }
  if (spec.auth === 'admin') add(403, problem({ FORBIDDEN: 'This takes a token with the scope `admin`.' }))
  if (body) {
    // That is, unless the service is set to another limit.
    add(413, problem({ [problems.bodyTooLarge(0).code]: 'The body is larger than 16 KiB.' }))
    add(415, problem(wordsOf(problems.unsupportedMediaType())))
  }
  add(500, problem(wordsOf(problems.internal())))
  add(503, problem(wordsOf(problems.unavailable()), { headers: ['Retry-After'] }))
  return all
}

/** Where the path leads nowhere, or not with this method: answered by the kit for no route of its own. */
export const unroutedAnswers = {
  404: problem(wordsOf(problems.notFound())),
  405: problem(
    { [problems.methodNotAllowed('').code]: 'The path does not answer to this method.' },
    { headers: ['Allow'] },
  ),
} satisfies Answers

function wordsOf({ code, message }: Problem): Record<string, string> {
  return { [code]: message }
}
