import { expect, test } from 'vitest'
import { parseCommand } from './arguments.ts'

const now = Date.UTC(2026, 0, 10)
const parse = (line: string) => parseCommand(line.split(' '), now)

test('times are days, ISO times, or how long ago', () => {
  const since = (text: string) => (parse(`list --since ${text}`) as { filter: { since: number } }).filter.since
  expect(since('2026-01-09')).toBe(Date.UTC(2026, 0, 9))
  expect(since('2026-01-09T12:30:00Z')).toBe(Date.UTC(2026, 0, 9, 12, 30))
  expect([since('45s'), since('90m'), since('2h'), since('3d')].map((time) => now - time)).toEqual([
    45_000, 5_400_000, 7_200_000, 259_200_000,
  ])
})

test('letters are named by their places, several at once', () => {
  expect(parse('replay a.g.dlt/0/12 a.g.dlt/1/3 --by me')).toMatchObject({
    places: [
      { topic: 'a.g.dlt', partition: 0, offset: 12 },
      { topic: 'a.g.dlt', partition: 1, offset: 3 },
    ],
    by: 'me',
    maxReplays: 3,
    again: false,
  })
})

test('dashes that a package manager hands on do not matter', () => {
  expect(parse('-- list --json')).toMatchObject({ name: 'list', json: true })
})

test('--state all is no filter', () => {
  expect(parse('list --state all')).toMatchObject({ filter: { state: undefined } })
  expect(parse('list --state parked')).toMatchObject({ filter: { state: 'parked' } })
})

test.for([
  ['replya', 'replya'],
  ['list --tipoc x', '--tipoc'],
  ['list --since yesterday', '--since yesterday'],
  ['list --state gone', '--state gone'],
  ['list --limit 0', '--limit 0'],
  ['list a.g.dlt/0/1', 'show a.g.dlt/0/1'],
  ['show', 'one letter'],
  ['show a.g.dlt/0', 'a.g.dlt/0: a letter is named'],
  ['replay a.g.dlt/0/1 --group g', 'not both'],
  ['replay --max-replays many', '--max-replays many'],
  ['park --again', '--again'],
])('%s is refused, naming what is wrong', ([line, said]) => {
  expect(() => parse(line!)).toThrow(expect.objectContaining({ message: expect.stringContaining(said!) }))
})
