import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { formsOf } from './answer.ts'
import { UndeclaredAnswer } from './check-answers.ts'
import type { Route, RouteRequest } from './route.ts'
import { strict } from './validation.ts'

/** The handler of a route, its event streams held to what the route declares: one that deviates is logged and cut off. */
export function checkEvents({ spec, handler }: Route): Route['handler'] {
  const streams = spec.answers && formsOf(spec.answers, 200).find((form) => form.kind === 'events')
  if (streams === undefined) return handler
  const where = `${spec.method} ${spec.path}`
  const schemas = new Map(
    Object.entries(streams.events).map(([name, schema]) => [name, strict(schema, `${where}: event ${name}`)]),
  )
  return (request) => {
    watch(request, (name, data) => {
      const schema = schemas.get(name)
      if (schema === undefined) return `${where} sends the event ${name}, which is not declared`
      const result = schema.safeParse(data)
      return result.success ? undefined : `${where} sends the event ${name}: ${z.prettifyError(result.error)}`
    })
    return handler(request)
  }
}

/** `eventStream` writes each event whole, its data in one line; comments and `retry` have none. */
const EVENT = /^(?:id: .*\n)?(?:event: (.*)\n)?data: (.*)\n\n$/

function watch({ raw: { res }, log }: RouteRequest, check: (name: string, data: unknown) => string | undefined): void {
  const write = res.write.bind(res) as (chunk: unknown) => boolean
  res.write = ((chunk: unknown) => {
    const event = EVENT.exec(String(chunk))
    const wrong = event === null ? undefined : check(event[1] ?? 'message', JSON.parse(event[2]!))
    if (wrong === undefined) return write(chunk)
    log.error({ err: new UndeclaredAnswer(wrong) }, 'event not as declared')
    res.destroy()
    return false
  }) as ServerResponse['write']
}
