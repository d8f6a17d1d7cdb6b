import { expect, test } from 'vitest'
import { reasonOf } from './reason.ts'

const refused = (message: string) =>
  Object.assign(new Error(message), { severity: 'ERROR', routine: 'x', code: '23514' })

test('of what a database refused it is what the database said, not the statement before it', () => {
  expect(reasonOf(refused('insert into orders (a) values ($1 - 1) - new row violates "positive"'))).toBe(
    'new row violates "positive"',
  )
  expect(reasonOf(refused('new row violates "positive"'))).toBe('new row violates "positive"')
})

test('of anything else it is the message, cut where it gets too long to be read', () => {
  expect(reasonOf(new Error('a - b'))).toBe('a - b')
  expect(reasonOf(new Error('x'.repeat(5000)))).toHaveLength(1000)
})
