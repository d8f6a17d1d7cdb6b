import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { wrongCouponRequests } from '../../../e2e/wrong-requests/coupons.ts'
import { wrongHttpRequests } from '../../../e2e/wrong-requests/http.ts'
import { wrongOrderRequests } from '../../../e2e/wrong-requests/orders.ts'
import type { OpenapiDocument } from '../src/openapi/document.ts'
import { renderOpenapi } from '../src/openapi/document.ts'
import { tables } from '../src/openapi/tables.ts'

interface Operation {
  operationId: string
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  responses: Record<string, Response | Ref>
}
interface Response {
  content?: { 'application/problem+json'?: { schema: { allOf: [Ref, { properties: { code: { enum: string[] } } }] } } }
}
interface Schema extends Partial<Ref> {
  examples?: unknown[]
}
interface Ref {
  $ref: string
}

const text = readFileSync(new URL('../../../docs/openapi.yaml', import.meta.url), 'utf8')
const document: OpenapiDocument = parse(text)
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    // As the gateway and the services match it: a parameter is anything but a slash.
    matches: new RegExp(`^${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?|$)`),
    operation: operation as unknown as Operation,
  })),
)

function resolved<T extends object>(one: T | Ref): T {
  if (!('$ref' in one)) return one
  const [, , kind, name] = (one.$ref as string).split('/')
  return document.components[kind!]?.[name!] as unknown as T
}

function codesOf(response: Response | Ref): string[] {
  return resolved(response).content?.['application/problem+json']?.schema.allOf[1].properties.code.enum ?? []
}

describe('docs/openapi.yaml', () => {
  test('is what the routes of the services say today', () => {
    expect(text).toBe(renderOpenapi())
  })

  test('is OpenAPI 3.1, by the official schema, and every reference in it leads somewhere', async () => {
    const validator = new Validator()
    expect(await validator.validate(parse(text))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    const refs = [...text.matchAll(/\$ref: '(.*)'/g)].map(([, ref]) => ref!)
    expect(refs.length).toBeGreaterThan(100)
    for (const $ref of refs) expect(resolved({ $ref }), $ref).toBeDefined()
  })

  test('has every route of every service: there is none that the gateway keeps to itself', () => {
    const routes = Object.values(tables).flat()
    const names = routes.map(({ spec }) => `${spec.method} ${spec.path.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(operations.map(({ name }) => name).sort()).toEqual(names.sort())
  })

  test('gives each operation a name of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
  })

  test('shows an example of every body that is to be sent', () => {
    for (const { name, operation } of operations) {
      if (operation.requestBody === undefined) continue
      const { schema } = operation.requestBody.content['application/json']
      expect(resolved<Schema>(schema as Ref).examples?.length, name).toBeGreaterThan(0)
    }
  })
})

/** What the end-to-end tests send to be refused, and hold the gateway's answer to. */
const wrong = [...wrongOrderRequests, ...wrongCouponRequests, ...wrongHttpRequests]

test.each(wrong)('the document knows how $to is refused: $what', ({ to, status, code }) => {
  const asked = operations.filter(({ matches }) => matches.test(to))
  if (asked.length === 0) {
    // No operation: a path or a method that there is not, and the document has neither.
    expect([404, 405]).toContain(status)
    return
  }
  const { operation } = asked[0]!
  expect(operation.responses).toHaveProperty(String(status))
  if (code !== undefined) expect(codesOf(operation.responses[status]!)).toContain(code)
})
