import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Authenticate } from '../auth/authenticator.ts'
import type { User } from '../auth/user.ts'
import type { createBodyReader } from './body.ts'
import { checkAnswers } from './check-answers.ts'
import { checkEvents } from './check-events.ts'
import type { Exchange } from './exchange.ts'
import type { FieldError } from './field-errors.ts'
import { Incoming } from './incoming.ts'
import { Problem } from './problem.ts'
import { problems } from './problems.ts'
import { type Route, streamed } from './route.ts'
import { createValidator, strict } from './validation.ts'

export interface ServingParts {
  exchange: Exchange
  /** Undefined where no key set is configured; then no route may ask for a user. */
  authenticate: Authenticate | undefined
  readBody: ReturnType<typeof createBodyReader>
  log: Logger
  /** Aborts when the service begins to stop. */
  stopping: AbortSignal
  /** Whether each answer is held to what its route declares. */
  checkAnswers: boolean
}

/** As the router calls it. */
export type Handler = (req: Matched, res: ServerResponse) => void

interface Matched extends IncomingMessage {
  /** Decoded, from the path. */
  params: Record<string, string>
}

/** The route's one handler: who asks, what is asked, the answer. Everything that can be decided is, at boot. */
export function serveRoute(route: Route, parts: ServingParts): Handler {
  const { spec } = route
  const { authenticate, readBody, log, stopping } = parts
  const handler = parts.checkAnswers ? checkEvents(route) : route.handler
  const exchange = parts.checkAnswers ? checkAnswers(route, parts.exchange) : parts.exchange
  const template = spec.path
  const where = `${spec.method} ${spec.path}`
  const params = spec.params && createValidator(strict(spec.params, `${where}: params`), 'path')
  const query = createValidator(strict(spec.query ?? z.object({}), `${where}: query`), 'query')
  const headers = spec.headers && createValidator(spec.headers, 'headers')
  const body = spec.body && createValidator(strict(spec.body, `${where}: body`), 'body')
  const needsUser = spec.auth !== 'public'
  const needsAdmin = spec.auth === 'admin'

  async function answer(req: Matched, res: ServerResponse): Promise<void> {
    let user: User | undefined
    if (needsUser) {
      const found = authenticate!(req.headers.authorization)
      user = found instanceof Promise ? await found : found
      if (needsAdmin && !user.admin) throw new Problem(403, 'FORBIDDEN', 'This takes the scope "admin".')
    }
    const sent = body === undefined ? undefined : await readBody(req)

    const input = {
      params: params === undefined ? req.params : params(req.params),
      // Parsing a query string that is not there is the most common way to waste a microsecond.
      query: spec.query !== undefined || req.url!.includes('?') ? query(queryOf(req.url!)) : NONE,
      headers: headers === undefined ? NONE : headers(req.headers),
      body: body === undefined ? undefined : body(required(sent)),
    }
    const reply = await handler(new Incoming(req, res, input, user, log, stopping))
    if (reply !== streamed) exchange.reply(req, res, template, reply)
  }

  return (req, res) => {
    answer(req, res).catch((error: unknown) => exchange.error(req, res, template, error))
  }
}

const NONE = Object.freeze({})

/** A parameter that occurs more than once is a list. */
function queryOf(url: string): Record<string, unknown> {
  const mark = url.indexOf('?')
  return mark < 0 ? {} : parseQuery(url.slice(mark + 1))
}

function required(body: object | undefined): object {
  if (body === undefined) {
    throw new Problem(400, 'VALIDATION_FAILED', 'A JSON body is required.', {
      errors: [{ field: 'body', code: 'REQUIRED', message: 'Required' } satisfies FieldError],
    })
  }
  return body
}

/** Answers 405 on a path that exists, for every method it does not have. */
export function refuseMethod(path: string, allow: string, exchange: Exchange): Handler {
  return (req, res) => exchange.error(req, res, path, problems.methodNotAllowed(allow))
}
