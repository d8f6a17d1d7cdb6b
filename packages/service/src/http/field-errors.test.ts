import { expect, test } from 'vitest'
import { z } from 'zod'
import { fieldErrors } from './field-errors.ts'

const schema = z.strictObject({
  quantity: z.number().int().min(1).max(1000),
  items: z
    .array(z.strictObject({ name: z.string().min(1).max(3) }))
    .min(1)
    .max(2),
  id: z.uuid(),
  kind: z.enum(['a', 'b']),
})
const right = { quantity: 1, items: [{ name: 'x' }], id: '0198c5d2-7f2e-7b3a-9c41-2f6d5a8e1b07', kind: 'a' }

test.each([
  ['quantity', undefined, 'REQUIRED'],
  ['quantity', '1', 'WRONG_TYPE'],
  ['quantity', null, 'WRONG_TYPE'],
  ['quantity', 1.5, 'NOT_AN_INTEGER'],
  ['quantity', 0, 'TOO_SMALL'],
  ['quantity', 1001, 'TOO_LARGE'],
  ['quantity', 2 ** 53, 'TOO_LARGE'],
  ['items', [], 'TOO_FEW'],
  ['items', [1, 2, 3].map(() => ({ name: 'x' })), 'TOO_MANY'],
  ['items.0.name', [{ name: '' }], 'TOO_SHORT'],
  ['items.0.name', [{ name: 'abcd' }], 'TOO_LONG'],
  ['items.0.name', [{}], 'REQUIRED'],
  ['items.1.colour', [{ name: 'x' }, { name: 'y', colour: 'red' }], 'UNKNOWN_FIELD'],
  ['id', '12', 'WRONG_FORMAT'],
  ['kind', 'c', 'NOT_ALLOWED'],
])('%s %j: %s', (field, value, code) => {
  const input = { ...right, [field.split('.')[0]!]: value }
  const errors = fieldErrors(schema.safeParse(input).error!.issues, input, 'body')
  expect(errors).toEqual([{ field, code, message: expect.any(String) }])
})
