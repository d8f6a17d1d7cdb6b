import type { Route } from '@firstcome/service'
import { z } from 'zod'
import type { JsonSchema, Schemas } from './schemas.ts'

type Spec = Route['spec']
type In = 'path' | 'query' | 'header'

/** Read at the gateway, whatever is asked for. */
export const commonParameters = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    // No pattern: nothing is refused for it.
    description:
      'A name for this request, given back and written to all logs: 8 to 64 letters, digits, dots, dashes and underscores. One is made where there is none, or another.',
    schema: { type: 'string', examples: ['checkout-4711'] },
  },
  Traceparent: {
    name: 'traceparent',
    in: 'header',
    description:
      'The trace that the request belongs to (W3C Trace Context). One begins where there is none, or a bad one.',
    schema: { type: 'string', examples: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'] },
  },
}

export function parametersOf({ params, query, headers }: Spec, schemas: Schemas): JsonSchema[] {
  return [
    ...fieldsOf(params).map(([name, schema]) => parameter(name, 'path', schema, schemas)),
    ...fieldsOf(query).map(([name, schema]) => parameter(name, 'query', schema, schemas)),
    ...fieldsOf(headers).map(([name, schema]) => parameter(spelled(name), 'header', schema, schemas)),
    ...Object.keys(commonParameters).map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ]
}

function fieldsOf(schema: z.ZodType | undefined): [string, z.ZodType][] {
  if (schema === undefined) return []
  if (!(schema instanceof z.ZodObject)) throw new Error('path, query and headers of a route are objects')
  return Object.entries(schema.shape) as [string, z.ZodType][]
}

function parameter(name: string, where: In, schema: z.ZodType, schemas: Schemas): JsonSchema {
  const { description, ...written } = schemas.written(schema)
  return {
    name,
    in: where,
    ...(!schema.safeParse(undefined).success && { required: true }),
    ...(description !== undefined && { description }),
    schema: written,
  }
}

/** HTTP does not care, people do. */
const spelled = (name: string) => name.replaceAll(/(?:^|-)[a-z]/g, (first) => first.toUpperCase()).replace(/Id$/, 'ID')
