import type { Route } from '@firstcome/service'
import type { Responses } from './answers.ts'
import { parametersOf } from './parameters.ts'
import type { JsonSchema, Schemas } from './schemas.ts'

type Spec = Route['spec']

/** @throws Error where the route does not say enough of itself for a public document */
export function operationOf(spec: Spec, all: Spec[], schemas: Schemas, responses: Responses): JsonSchema {
  const { operationId, summary, description, answers, body } = spec
  if (operationId === undefined || summary === undefined || answers === undefined) {
    throw new Error(`${spec.method} ${spec.path} is public, so it has to have an operationId, a summary and answers`)
  }
  return {
    operationId,
    tags: [tagOf(spec)],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(spec),
    parameters: parametersOf(spec, schemas),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemas.sent(body) } } },
    }),
    responses: responses.of(spec, all),
  }
}

/** `/api/coupon-policies/{couponPolicyId}` is of the chapter `Coupon policies`. */
export function tagOf({ tag, path }: Spec): string {
  if (tag !== undefined) return tag
  const word = path.split('/')[2]!.replaceAll('-', ' ')
  return word[0]!.toUpperCase() + word.slice(1)
}

function securityOf({ auth }: Spec): JsonSchema[] {
  return auth === 'public' ? [] : [{ bearer: auth === 'admin' ? ['admin'] : [] }]
}
