import { expect, test } from 'vitest'
import { childContext } from './trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test('a trace is continued with a span of our own', () => {
  const context = childContext({ traceparent: `00-${TRACE}-${SPAN}-00` })
  expect(context.traceId).toBe(TRACE)
  expect(context.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
  expect(context.traceparent).not.toContain(SPAN)
})

test.each([
  ['missing', undefined],
  ['cut short', `00-${TRACE}-${SPAN}`],
  ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['of the forbidden version', `ff-${TRACE}-${SPAN}-01`],
  ['all zeros as a trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['all zeros as a span', `00-${TRACE}-${'0'.repeat(16)}-01`],
])('a traceparent that is %s starts a new trace', (_what, traceparent) => {
  const context = childContext({ traceparent })
  expect(context.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(context.traceId).not.toBe(TRACE)
})

test('ids differ, also across refills of the random pool', () => {
  const contexts = Array.from({ length: 2_000 }, () => childContext({}))
  expect(new Set(contexts.map((context) => context.traceparent)).size).toBe(2_000)
})

test('the correlation id is kept, or replaced by the trace id where it is unsafe to log', () => {
  expect(childContext({ correlationId: 'order-17' }).correlationId).toBe('order-17')
  for (const correlationId of ['a\nb', 'x'.repeat(129), '', '{"a":1}']) {
    const context = childContext({ correlationId })
    expect(context.correlationId).toBe(context.traceId)
  }
})
