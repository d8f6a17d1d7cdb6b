import { STATUS_CODES } from 'node:http'
import {
  type AnswerHeader,
  answerHeaders,
  answersOf,
  type Declared,
  type HeaderName,
  type ProblemAnswer,
  problem,
  type Route,
  readHeader,
  unroutedAnswers,
} from '@firstcome/service'
import { z } from 'zod'
import { problems as gatewayProblems } from '../../../gateway/problems.ts'
import { linksFrom } from './links.ts'
import { anyProblem, problemExample, problemSchema } from './problem-schema.ts'
import type { JsonSchema, Schemas } from './schemas.ts'

type Spec = Route['spec']
const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })

export const requestIdHeader = { description: 'What the request is called in all logs.', schema: { type: 'string' } }

/** The answers of an operation, and the components that all operations share. */
export interface Responses {
  /** @param routes all of the document, for what follows on an answer */
  of(spec: Spec, routes: Spec[]): Record<string, JsonSchema>
  components(): Record<string, JsonSchema>
}

/**
 * What follows from more than one route alike, word for word, is one component, called by its status: the refusals of the gateway
 * and of the kit.
 */
export function createResponses(schemas: Schemas): Responses {
  const shared = new Map<string, JsonSchema>()

  function share(name: string, response: JsonSchema): JsonSchema {
    const before = shared.get(name)
    if (before === undefined) shared.set(name, response)
    else if (JSON.stringify(before) !== JSON.stringify(response)) return response
    return ref('responses', name)
  }

  return {
    of(spec, routes) {
      const own = new Set(Object.keys(spec.answers ?? {}).map(Number))
      const all = everyAnswer(spec)
      const statuses = [...all.keys()].sort((a, b) => a - b)
      return Object.fromEntries(
        statuses.map((status) => {
          const links = linksFrom(spec, status, routes)
          const response = { ...responseOf(status, all.get(status)!, schemas), ...(links && { links }) }
          return [status, own.has(status) ? response : share(nameOf(status, spec), response)]
        }),
      )
    },
    components: () => Object.fromEntries([...shared].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** Who sends a body can be wrong in more ways. */
function nameOf(status: number, { body }: Spec): string {
  const name = STATUS_CODES[status]!.replaceAll(/[^A-Za-z]/g, '')
  return status === 400 && body !== undefined ? `${name}Body` : name
}

/** What the service says, and what is said before a request comes to its route. */
function everyAnswer(spec: Spec): Map<number, Declared[]> {
  const all = answersOf(spec)
  const add = (status: number, form: Declared) => all.set(status, [...(all.get(status) ?? []), form])
  // A parameter may have a slash too many, or nothing in it.
  if (spec.params !== undefined) add(404, unroutedAnswers[404])
  add(405, unroutedAnswers[405])
  for (const { status, document, retryAfter } of gatewayProblems) {
    // It knows its paths, and leaves their methods to the services.
    if (status === 404 || status === 405) continue
    const headers: AnswerHeader[] = retryAfter === undefined ? [] : ['Retry-After']
    add(status, problem({ [String(document.code)]: String(document.detail) }, { headers }))
  }
  return all
}

function responseOf(status: number, forms: Declared[], schemas: Schemas): JsonSchema {
  const refusals = forms.filter((form) => form.kind === 'problem')
  const answers = forms.filter((form) => form.kind !== 'problem')
  const content = Object.assign(
    {},
    ...answers.map((form) => contentOf(form, schemas)),
    refusal(status, refusals, schemas),
  )
  return {
    description: [...answers.map(({ description }) => description), ...wordsOf(refusals)].join('\n\n'),
    headers: { ...headersOf(forms), 'X-Request-Id': ref('headers', 'RequestId') },
    ...(Object.keys(content).length > 0 && { content }),
  }
}

function contentOf(form: Exclude<Declared, ProblemAnswer>, schemas: Schemas): JsonSchema {
  if (form.kind === 'json') {
    return form.body === undefined ? {} : { 'application/json': { schema: schemas.answered(form.body) } }
  }
  const kinds = Object.entries(form.events).map(([name, schema]) => eventOf(name, schemas.answered(schema)))
  return { 'text/event-stream': { schema: kinds.length === 1 ? kinds[0] : { oneOf: kinds } } }
}

/** One event of a stream, by its fields, as OpenAPI 3.2 has it too; all of them are text. */
function eventOf(name: string, data: JsonSchema): JsonSchema {
  return {
    type: 'object',
    description: 'One event, by its fields.',
    properties: {
      event: { type: 'string', const: name },
      id: { type: 'string' },
      data: { type: 'string', contentMediaType: 'application/json', contentSchema: data },
    },
    required: ['event', 'data'],
  }
}

/** One code may be said of more than one thing: then it says both. */
function codesOf(refusals: ProblemAnswer[]): Map<string, string> {
  const codes = new Map<string, string>()
  for (const form of refusals) {
    for (const [code, words] of Object.entries(form.codes)) {
      const before = codes.get(code)
      codes.set(code, before === undefined || before === words ? words : `${before} ${words}`)
    }
  }
  return codes
}

function wordsOf(refusals: ProblemAnswer[]): string[] {
  const words = [...codesOf(refusals)].map(([code, sentence]) => `- \`${code}\`: ${sentence}`)
  return words.length === 0 ? [] : [words.join('\n')]
}

function refusal(status: number, refusals: ProblemAnswer[], schemas: Schemas): JsonSchema {
  if (refusals.length === 0) return {}
  const members = refusals.flatMap((form) => form.members ?? [])
  const schema = problemSchema(status, [...codesOf(refusals).keys()], members)
  const example = exampleOf(status, refusals[0]!)
  for (const one of [anyProblem, schema]) one.parse(example)
  return {
    'application/problem+json': { schema: { allOf: [ref('schemas', 'Problem'), schemas.answered(schema)] }, example },
  }
}

function exampleOf(status: number, { codes, example }: ProblemAnswer): JsonSchema {
  const [code, detail] = Object.entries(codes)[0]!
  const { type, traceId } = problemExample
  return { type, title: STATUS_CODES[status], status, detail, code, traceId, ...example }
}

function headersOf(forms: Declared[]): JsonSchema {
  const optional = new Map<HeaderName, boolean>()
  for (const form of forms) {
    for (const header of form.headers.map(readHeader)) {
      // Required where every form of the answer has it.
      const everywhere = forms.every(({ headers }) => headers.includes(header.name))
      optional.set(header.name, !everywhere)
    }
  }
  return Object.fromEntries(
    [...optional].map(([name, notAlways]) => {
      const { description, schema } = answerHeaders[name]
      const { $schema: _, ...written } = z.toJSONSchema(schema)
      return [name, { description, ...(!notAlways && { required: true }), schema: written }]
    }),
  )
}
