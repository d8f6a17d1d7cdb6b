import { type Route, route } from '@firstcome/service'
import { expect, test } from 'vitest'
import { publicRoutes } from './public-routes.ts'

const on = (...names: string[]): Route[] =>
  names.map((name) => {
    const [method, path] = name.split(' ') as ['GET' | 'POST', string]
    return route({ method, path, auth: 'public' }, async () => ({ status: 200 }))
  })
const namesOf = (tables: Record<string, Route[]>, gateway: Parameters<typeof publicRoutes>[1]) =>
  publicRoutes(tables, gateway).map(({ method, path }) => `${method} ${path}`)

const books = { path: '/books', service: 'shelf' }

test('what the gateway leads to its service is public, and nothing else', () => {
  const tables = {
    shelf: on('GET /books', 'GET /books/:id', 'GET /booksellers', 'GET /dust'),
    till: on('GET /books/:id/price'),
  }
  expect(namesOf(tables, [books])).toEqual(['GET /books', 'GET /books/:id'])
  expect(namesOf(tables, [{ ...books, exactly: true }])).toEqual(['GET /books'])
})

test('the first way that leads there decides', () => {
  const ofTill = on('GET /books/:id/price')
  const tables = { shelf: on('GET /books/:id', 'GET /books/:id/price'), till: ofTill }
  const price = { path: '/books/[^/]+/price', service: 'till' }
  expect(publicRoutes(tables, [price, books])).toEqual([tables.shelf[0]!.spec, ofTill[0]!.spec])
})

test('a path may be read from one service and written to another', () => {
  const tables = { shelf: on('GET /books', 'POST /books'), window: on('GET /books', 'POST /books') }
  expect(namesOf(tables, [{ ...books, readBy: 'window' }])).toEqual(['POST /books', 'GET /books'])
})

test('what is let through and answered by nobody is a mistake', () => {
  expect(() => publicRoutes({ shelf: on('GET /dust') }, [books])).toThrow('what nobody answers: /books of shelf')
  const split = [{ ...books, readBy: 'window' }]
  expect(() => publicRoutes({ shelf: on('POST /books'), window: [] }, split)).toThrow('/books of window')
})

test('two routes that no request could tell apart are a mistake', () => {
  expect(() => publicRoutes({ shelf: on('GET /books/:id', 'GET /books/:isbn') }, [books])).toThrow('GET /books/:id')
})
