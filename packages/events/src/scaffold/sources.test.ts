import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Plan } from './plan.ts'
import { schemaSource, withDeclaration } from './sources.ts'

const source = readFileSync(new URL('../catalogue.ts', import.meta.url), 'utf8')

const planned: Plan = {
  topic: 'order-shipped',
  domain: 'orders',
  constant: 'orderShipped',
  record: 'OrderShipped',
  producer: 'order-service',
  consumers: ['payment-api', 'coupon-api'],
  key: 'orderId',
  fields: [{ name: 'orderId', type: 'string', doc: 'Order.' }],
  after: 'orderRejected',
}

const declaration = `export const orderShipped = event<contract.OrderShipped>({
  topic: 'order-shipped',
  schema: contract.orderShippedSchema,
  key: (e) => e.orderId,
  producer: 'order-service',
  consumers: ['payment-api', 'coupon-api'],
})
`

test('the event is declared and listed after the one that it follows, and nothing else changes', () => {
  const longer = withDeclaration(source, planned)

  expect(longer).toContain(`\n})\n\n${declaration}\nexport const paymentRefunded`)
  expect(longer).toContain('\n  orderRejected,\n  orderShipped,\n  paymentRefunded,\n')
  expect(longer.replace(`${declaration}\n`, '').replace('  orderShipped,\n', '')).toBe(source)
})

test('one that follows nobody is the last', () => {
  const longer = withDeclaration(source, { ...planned, after: undefined })

  expect(longer).toContain(`\n})\n\n${declaration}\nexport const catalogue = [`)
  expect(longer).toMatch(/\n {2}orderShipped,\n\] as const\n$/)
  expect(longer.replace(`${declaration}\n`, '').replace('  orderShipped,\n', '')).toBe(source)
})

test('one that follows the last is the last', () => {
  const [last] = source.match(/\w+(?=,\n\] as const)/)!
  const longer = withDeclaration(source, { ...planned, after: last })

  expect(longer).toMatch(new RegExp(`\\n  ${last},\\n  orderShipped,\\n\\] as const\\n$`))
})

test('a list on one line, or with a remark in it, is a list too', () => {
  const short = source.replace(/\[[^\]]*\] as const/, '[orderPlaced, orderRejected] as const')
  expect(withDeclaration(short, planned)).toContain('orderShipped')

  const remarked = source.replace('  orderRejected,\n', '  orderRejected, // of orderPlaced,\n')
  expect(withDeclaration(remarked, planned)).toContain('\n  orderRejected, // of orderPlaced,\n  orderShipped,\n')
})

test.each([
  ['whose list is gone', source.replace('export const catalogue', 'export const events')],
  ['that does not declare what comes before', source.replace('const orderRejected =', 'const orderRefused =')],
  ['that does not list what comes before', source.replace('  orderRejected,\n', '')],
])('a source %s is left to people', (_, other) => {
  expect(() => withDeclaration(other, planned)).toThrow('by hand')
})

test('the schema has a namespace, a sentence about it, and its fields', () => {
  expect(JSON.parse(schemaSource(planned))).toEqual({
    type: 'record',
    namespace: 'firstcome.orders',
    name: 'OrderShipped',
    doc: 'Order shipped.',
    fields: planned.fields,
  })
})
