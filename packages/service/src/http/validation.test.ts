import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Problem } from './problem.ts'
import { createValidator, strict } from './validation.ts'

test('every wrong field is named by its path', () => {
  const item = z.strictObject({ quantity: z.number() })
  const validate = createValidator(strict(z.object({ items: z.array(item) }), 'body'), 'body')
  expect(fieldsOf(() => validate({ items: [{ quantity: 1 }, { quantity: 'x', colour: 'red' }], more: 1 }))).toEqual([
    'items.1.quantity',
    'items.1.colour',
    'more',
  ])
  expect(fieldsOf(() => validate([]))).toEqual(['body'])
})

test('a schema that would let unknown fields pass further down is refused when the route is made', () => {
  const open = z.object({ a: z.number() })
  const where = 'POST /x: body'
  expect(() => strict(z.object({ items: z.array(open) }), where)).toThrow(
    'POST /x: body.items[] must be a z.strictObject',
  )
  expect(() => strict(z.object({ one: open.optional() }), where)).toThrow('body.one must be')
  expect(() => strict(z.union([z.string(), open]), where)).toThrow('body must be')
})

function fieldsOf(act: () => unknown): string[] {
  try {
    act()
  } catch (error) {
    return ((error as Problem).members.errors as { field: string }[]).map(({ field }) => field)
  }
  throw new Error('it was accepted')
}
