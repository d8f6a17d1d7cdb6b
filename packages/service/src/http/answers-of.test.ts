import { expect, test } from 'vitest'
import { z } from 'zod'
import { answer, problem } from './answer.ts'
import { answersOf } from './answers-of.ts'
import type { Route } from './route.ts'

const codesOf = (spec: Omit<Route['spec'], 'path'>) =>
  Object.fromEntries(
    [...answersOf({ path: '/x', ...spec })].map(([status, forms]) => [
      status,
      forms.flatMap((form) => (form.kind === 'problem' ? Object.keys(form.codes) : [form.kind])),
    ]),
  )

test('whatever a route is, a query can be wrong and a service can fail', () => {
  expect(codesOf({ method: 'GET', auth: 'public' })).toEqual({
    400: ['VALIDATION_FAILED', 'MALFORMED_REQUEST'],
    500: ['INTERNAL'],
    503: ['UNAVAILABLE'],
  })
})

test('who has to say who they are may fail to, and who is no admin is refused', () => {
  expect(codesOf({ method: 'GET', auth: 'user' })).toMatchObject({ 401: ['UNAUTHENTICATED'] })
  expect(codesOf({ method: 'GET', auth: 'user' })).not.toHaveProperty('403')
  expect(codesOf({ method: 'GET', auth: 'admin' })).toMatchObject({ 401: ['UNAUTHENTICATED'], 403: ['FORBIDDEN'] })
})

test('a body can be too large, something else than JSON, or broken', () => {
  expect(codesOf({ method: 'POST', auth: 'public', body: z.object({}) })).toMatchObject({
    400: ['VALIDATION_FAILED', 'MALFORMED_JSON', 'MALFORMED_REQUEST'],
    413: ['BODY_TOO_LARGE'],
    415: ['UNSUPPORTED_MEDIA_TYPE'],
  })
})

test('what a route says itself comes first, and what follows from it is added', () => {
  const answers = { 200: answer('Done.'), 503: [answer('Jammed.', z.string()), problem({ RUSH: 'Too many.' })] }
  expect(codesOf({ method: 'GET', auth: 'public', answers })).toMatchObject({
    200: ['json'],
    503: ['json', 'RUSH', 'UNAVAILABLE'],
  })
})
