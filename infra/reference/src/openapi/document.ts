import type { Route } from '@firstcome/service'
import { stringify } from 'yaml'
import type { GatewayRoute } from '../../../gateway/nginx.ts'
import { routes } from '../../../gateway/routes.ts'
import { createResponses, requestIdHeader } from './answers.ts'
import { operationOf, tagOf } from './operation.ts'
import { commonParameters } from './parameters.ts'
import { anyProblem } from './problem-schema.ts'
import { publicRoutes } from './public-routes.ts'
import { createSchemas, type JsonSchema } from './schemas.ts'
import { info, securitySchemes, servers } from './system.ts'
import { tables } from './tables.ts'

export interface OpenapiDocument {
  openapi: string
  tags: { name: string }[]
  paths: Record<string, Record<string, JsonSchema>>
  components: Record<string, Record<string, JsonSchema>>
  [more: string]: unknown
}

/** What clients may ask of the system, and what they are answered. @throws Error where the routes do not make one document */
export function openapiDocument(of: Record<string, Route[]>, gateway: GatewayRoute[]): OpenapiDocument {
  const schemas = createSchemas()
  const responses = createResponses(schemas)
  const paths: OpenapiDocument['paths'] = {}
  const specs = publicRoutes(of, gateway)
  for (const spec of specs) {
    const path = spec.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operationOf(spec, specs, schemas, responses) }
  }
  schemas.answered(anyProblem)
  return {
    openapi: '3.1.1',
    info,
    servers,
    tags: [...new Set(specs.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.components(),
      responses: responses.components(),
      parameters: commonParameters,
      headers: { RequestId: requestIdHeader },
      securitySchemes,
    },
  }
}

/** Written to docs/openapi.yaml. */
export function renderOpenapi(): string {
  const text = stringify(openapiDocument(tables, routes), {
    lineWidth: 120,
    blockQuote: 'literal',
    aliasDuplicateObjects: false,
    singleQuote: true,
    compat: 'yaml-1.1',
  })
  return `# Generated from the routes of the services by \`npm run generate\`: change it there.\n${text}`
}
