import { expect, test } from 'vitest'
import { compete } from './contest.ts'
import { median, percentile } from './figures.ts'

test('contestants take turns, each round begins with another one, and the first round does not count', async () => {
  const turns: string[] = []
  const contestant = (name: string) => ({ name, round: async () => ({ speed: turns.push(name) }) })

  const { rows } = await compete('t', 'a', { rounds: 3 }, ['a', 'b', 'c'].map(contestant))

  expect(turns.join('')).toBe('abcbcacababc')
  expect(rows[0]).toEqual({ name: 'a', rounds: [{ speed: 6 }, { speed: 8 }, { speed: 10 }], median: { speed: 8 } })
})

test('a contestant that fails voids the contest, and all of them are closed', async () => {
  const closed: string[] = []
  const close = (name: string) => async () => {
    closed.push(name)
  }
  const good = { name: 'good', round: async () => ({ speed: 1 }), close: close('good') }
  const bad = { name: 'bad', round: () => Promise.reject(new Error('lost a record')), close: close('bad') }

  await expect(compete('t', 'good', { rounds: 2 }, [good, bad])).rejects.toThrow('lost a record')
  expect(closed).toEqual(['good', 'bad'])
})

test('a percentile is one of the values, by the nearest rank', () => {
  const values = [5, 1, 4, 2, 3, 6, 7, 8, 9, 10]
  expect([median(values), percentile(values, 99), percentile(values, 10), percentile([7], 99)]).toEqual([5, 10, 1, 7])
})
