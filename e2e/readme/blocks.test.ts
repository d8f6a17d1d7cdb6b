import { expect, test } from 'vitest'
import { differences, examplesOf, judge, lastJson, marker } from './blocks.ts'

const markdown = [
  '# Title',
  '```sh',
  'npm start',
  '```',
  '```sh',
  'curl -s localhost/a',
  '# => HTTP 202',
  '```',
  'gives',
  '```json',
  '{ "a": 1 }',
  '```',
].join('\n')

test('an example is a shell block with curl; expectations are its comments and the JSON that follows it', () => {
  const [example, ...more] = examplesOf(markdown)

  expect(more).toEqual([])
  expect(example).toMatchObject({ line: 6, expected: [{ text: 'HTTP 202' }, { value: { a: 1 } }] })
  expect(example?.script).toBe(`curl -s localhost/a\necho; echo '${marker}'\necho; echo '${marker}'\n`)
})

test('each expectation is held against what was printed since the one before', () => {
  const [example] = examplesOf(markdown)
  const output = (line: string, json: string) => `more\n${line}\n\n${marker}\n${json}\n${marker}\n`

  expect(judge(example!, output('HTTP 202', '{"a":2}'))).toEqual([])
  expect(judge(example!, output('HTTP 404', '{"a":2}'))).toEqual(['printed "HTTP 404", expected "HTTP 202"'])
  expect(judge(example!, output('HTTP 202', '{"b":2}'))).toHaveLength(2)
  expect(judge(example!, '')).toHaveLength(2)
})

test('ids, times and numbers may be others; words, members and their number may not', () => {
  const said = { id: '0198c5d2-7f2e-7b3a-9c41-2f6d5a8e1b07', at: '2026-01-01T00:00:00.000Z', rank: 1, status: 'ISSUED' }
  const given = {
    id: '0198c5d2-0000-7b3a-9c41-2f6d5a8e1b07',
    at: '2026-11-11T10:00:00.123Z',
    rank: 9,
    status: 'ISSUED',
  }

  expect(differences(said, given)).toEqual([])
  expect(differences(said, { ...given, status: 'PENDING' })).toEqual(['$.status: "PENDING", expected "ISSUED"'])
  expect(differences(said, { ...given, rank: '9' })).toHaveLength(1)
  expect(differences(said, { ...given, more: true })).toEqual(['$.more: not in the README'])
  expect(differences([said], [])).toEqual(['$: 0 items, expected 1'])
})

test('the last JSON is found behind other output, pretty-printed or not', () => {
  expect(lastJson('HTTP/1.1 200 OK\n\n{"a":[1]}\n')).toEqual({ a: [1] })
  expect(lastJson('{"no": 1}\n{\n  "a": {\n    "b": 2\n  }\n}\n')).toEqual({ a: { b: 2 } })
  expect(lastJson('nothing')).toBeUndefined()
})
