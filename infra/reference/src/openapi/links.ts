import { type Answers, formsOf, type Route } from '@firstcome/service'
import { z } from 'zod'
import type { JsonSchema } from './schemas.ts'

type Spec = Route['spec']

/**
 * Where one goes from what was made: to the operations that take its id, as OpenAPI links by operation id. From an order to the
 * order and to its payment, from a request for a coupon to the request and to its events.
 */
export function linksFrom(spec: Spec, status: number, all: Spec[]): Record<string, JsonSchema> | undefined {
  if (spec.method !== 'POST' || (status !== 201 && status !== 202)) return undefined
  const ids = fieldsOf(bodyOf(spec.answers ?? {}, status)).filter((name) => name.endsWith('Id'))
  const open = all.filter((to) => to !== spec && (to.auth !== 'admin' || spec.auth === 'admin'))
  const links = open.flatMap((to) => ids.map((id) => linkTo(to, id)).filter((link) => link !== undefined))
  return links.length === 0 ? undefined : Object.fromEntries(links.map((link) => [link.operationId, link]))
}

interface Link extends JsonSchema {
  operationId: string
}

function linkTo(to: Spec, id: string): Link | undefined {
  const operationId = to.operationId!
  const taken = { [id]: `$response.body#/${id}` }
  const params = fieldsOf(to.params)
  if (params.length === 1 && params[0] === id) return { operationId, parameters: taken }
  if (params.length === 0 && fieldsOf(to.body).includes(id)) return { operationId, requestBody: taken }
  return undefined
}

function bodyOf(answers: Answers, status: number): z.ZodType | undefined {
  return formsOf(answers, status)
    .filter((form) => form.kind === 'json')
    .map((form) => form.body)[0]
}

const fieldsOf = (schema: z.ZodType | undefined) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : [])
