import { route } from '@firstcome/service'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { unusable } from './unusable.ts'

interface Parts {
  db: { read(): Promise<number> }
  settings: { most: number; words: string[] }
}

const table = (spec: (parts: Parts) => object) => {
  const parts = unusable<Parts>('the-shop')
  const { db } = parts
  return route({ method: 'GET', path: '/x', auth: 'public', ...spec(parts) }, async () => ({
    status: 200,
    body: await db.read(),
  }))
}

test('parts may be taken apart and handed to handlers', () => {
  expect(table(({ settings: { most, words } }) => ({ summary: [typeof most, typeof words].join() })).spec.path).toBe(
    '/x',
  )
})

test.each<[string, (parts: Parts) => object]>([
  ['parts.settings.most', ({ settings }) => ({ query: z.object({ limit: z.string().max(Number(settings.most)) }) })],
  ['parts.settings.most', ({ settings }) => ({ summary: `At most ${settings.most}.` })],
  ['parts.settings.words', ({ settings }) => ({ query: z.object({ word: z.enum([...settings.words]) }) })],
  ['parts.settings', ({ settings }) => ({ ...settings })],
  ['parts.db.read', ({ db }) => ({ summary: String(db.read()) })],
])('a route that uses %s to say what it is, is told so', (path, spec) => {
  expect(() => table(spec)).toThrow(`The route table of the-shop uses ${path} while it is made.`)
})
