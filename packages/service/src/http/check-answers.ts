import { z } from 'zod'
import type { Declared } from './answer.ts'
import { type AnswerHeader, answerHeaders, readHeader } from './answer-headers.ts'
import { answersOf } from './answers-of.ts'
import type { Exchange } from './exchange.ts'
import { toProblem } from './problems.ts'
import type { Route } from './route.ts'
import { strict } from './validation.ts'

/** Headers and body of an answer as they are sent; of a problem only the members that are its own. */
interface Sent {
  code?: string
  headers: Record<string, string> | undefined
  body: unknown
}
/** What is wrong with an answer, in a few words; undefined where nothing is. */
type Check = (sent: Sent) => string | undefined

/**
 * The exchange of one route, held to what the route declares: an answer that is not declared, or is another than declared, is
 * logged as an error and becomes 500. For tests: it reads every answer whole.
 */
export function checkAnswers({ spec }: Route, exchange: Exchange): Exchange {
  if (spec.answers === undefined) return exchange
  const where = `${spec.method} ${spec.path}`
  const replies = new Map<number, Check[]>()
  const refusals = new Map<number, Check[]>()
  for (const [status, forms] of answersOf(spec)) {
    const checks = (kind: Declared['kind']) =>
      forms.filter((form) => form.kind === kind).map((form) => checkOf(form, `${where}: answer ${status}`))
    replies.set(status, checks('json'))
    refusals.set(status, checks('problem'))
  }

  return {
    reply(req, res, route, reply) {
      const wrong = deviation(replies, reply.status, { headers: reply.headers, body: reply.body })
      if (wrong === undefined) exchange.reply(req, res, route, reply)
      else exchange.error(req, res, route, new UndeclaredAnswer(`${where} answers ${reply.status}: ${wrong}`))
    },
    error(req, res, route, error) {
      const { status, code, headers, members } = toProblem(error)
      const wrong = deviation(refusals, status, { code, headers, body: members })
      if (wrong === undefined) exchange.error(req, res, route, error)
      else exchange.error(req, res, route, new UndeclaredAnswer(`${where} answers ${status} ${code}: ${wrong}`, error))
    },
    stop: exchange.stop,
  }
}

/** No problem with a status of its own: the client is told of an internal error, and the log what it was. */
export class UndeclaredAnswer extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'UndeclaredAnswer'
  }
}

function deviation(declared: Map<number, Check[]>, status: number, sent: Sent): string | undefined {
  const asSent = { ...sent, body: sent.body === undefined ? undefined : JSON.parse(JSON.stringify(sent.body)) }
  let last: string | undefined = 'no such answer is declared'
  for (const check of declared.get(status) ?? []) {
    const wrong = check(asSent)
    if (wrong === undefined) return undefined
    if (wrong !== otherCode) last = wrong
  }
  return last
}

const otherCode = 'another code'

function checkOf(form: Declared, where: string): Check {
  const headers = headersCheck(form.headers)
  switch (form.kind) {
    case 'json': {
      const body = bodyCheck(form.body, where)
      return (sent) => headers(sent) ?? body(sent)
    }
    case 'problem': {
      const members = bodyCheck(form.members ?? z.object({}), where)
      return (sent) => (Object.hasOwn(form.codes, sent.code!) ? (headers(sent) ?? members(sent)) : otherCode)
    }
    case 'events':
      // Its data is looked at where it is written.
      return headers
  }
}

function bodyCheck(schema: z.ZodType | undefined, where: string): Check {
  if (schema === undefined) return ({ body }) => (body === undefined ? undefined : 'it must have no body')
  const exact = strict(schema, where)
  return ({ body }) => {
    const result = exact.safeParse(body)
    return result.success ? undefined : z.prettifyError(result.error)
  }
}

function headersCheck(declared: readonly AnswerHeader[]): Check {
  const expected = new Map(declared.map(readHeader).map(({ name, optional }) => [name.toLowerCase(), optional]))
  const known = Object.entries(answerHeaders).map(([name, { schema }]) => ({ name: name.toLowerCase(), schema }))
  return ({ headers }) => {
    const sent = new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
    for (const { name, schema } of known) {
      const optional = expected.get(name)
      const value = sent.get(name)
      if (value === undefined && optional === false) return `the header ${name} is missing`
      if (value !== undefined && optional === undefined) return `the header ${name} is not declared`
      if (value !== undefined && !schema.safeParse(value).success) return `the header ${name} is ${value}`
    }
    return undefined
  }
}
