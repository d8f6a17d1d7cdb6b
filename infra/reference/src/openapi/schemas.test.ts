import { idempotencyKey, limitOf, pathId } from '@firstcome/service'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSchemas } from './schemas.ts'

const moment = z.iso.datetime().transform((text) => Date.parse(text))

test('a request refuses what it does not name, an answer may grow', () => {
  const schemas = createSchemas()
  const book = z.strictObject({ title: z.string() })
  expect(schemas.sent(book)).toMatchObject({ additionalProperties: false })
  expect(schemas.sent(z.object({ title: z.string() }))).toMatchObject({ additionalProperties: false })
  expect(schemas.answered(book)).not.toHaveProperty('additionalProperties')
})

test('a request is told as it is sent, not as the handler has it, with its default and examples', () => {
  const limit = z.string().transform(Number).default(7)
  const body = z.object({ at: moment, limit }).meta({ examples: [{ at: '2026-03-01T12:00:00Z' }] })
  expect(createSchemas().sent(body)).toMatchObject({
    properties: { at: { type: 'string', format: 'date-time' }, limit: { type: 'string', default: 7 } },
    required: ['at'],
    examples: [{ at: '2026-03-01T12:00:00Z' }],
  })
})

test('a number in a path or query is told as a number, with its bounds', () => {
  const schemas = createSchemas()
  const id = { type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
  expect(schemas.written(pathId)).toEqual(id)
  expect(schemas.written(pathId.optional())).toEqual(id)
  expect(schemas.written(limitOf({ most: 200, byDefault: 50 }))).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 50,
  })
  expect(schemas.written(idempotencyKey)).toMatchObject({ type: 'string' })
})

test('what has a name is a component, once for all that name it, and two things of one name are a mistake', () => {
  const schemas = createSchemas()
  const author = () => z.strictObject({ name: z.string() }).meta({ id: 'Author' })
  schemas.answered(z.strictObject({ by: author() }).meta({ id: 'Book' }))
  expect(schemas.answered(z.array(author()))).toEqual({ type: 'array', items: { $ref: '#/components/schemas/Author' } })
  expect(Object.keys(schemas.components())).toEqual(['Author', 'Book'])
  expect(schemas.components().Book).toMatchObject({ properties: { by: { $ref: '#/components/schemas/Author' } } })
  expect(() => schemas.answered(z.string().meta({ id: 'Author' }))).toThrow('Two schemas are called Author')
})

test('an example that the service would refuse is a mistake', () => {
  const book = z.strictObject({ pages: z.int().meta({ examples: ['many'] }) })
  expect(() => createSchemas().answered(book)).toThrow('The example "many" is not one')
})
