import { join } from 'node:path'
import { testFolder } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { tool } from './tool.ts'

// A short form of `npm run fuzz`, always with the same requests.
test('asked right and wrong, the system answers as docs/openapi.yaml says', { timeout: 300_000 }, async () => {
  const { code, output } = await tool('fuzz', '--minutes', '0.35', '--seed', '7')

  expect(output).toContain('Every answer was as the document says.')
  expect(output).toMatch(/^([1-9]\d*) of \1 operations, \d+ requests/m)
  expect(code).toBe(0)
})

test('an answer that is not as the document says is found', { timeout: 300_000 }, async () => {
  const schema = { type: 'object', required: ['products'] }
  const answers = { 200: { description: 'The price list.', content: { 'application/json': { schema } } } }
  const get = { responses: answers, parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }] }
  const info = { title: 'A shop that this one is not', version: '1' }
  const falsified = { openapi: '3.1.0', info, paths: { '/api/products': { get } } }
  const document = join(testFolder({ 'falsified.json': JSON.stringify(falsified) }), 'falsified.json')

  const { code, output } = await tool('fuzz', '--minutes', '0.15', '--seed', '7', '--document', document)

  expect(output).toMatch(/^✗ .*[Ss]chema.*: GET \/api\/products$/m)
  expect(output).toMatch(/^✗ .*Undocumented status code.*: GET \/api\/products$/m)
  expect(code).toBe(1)
})
