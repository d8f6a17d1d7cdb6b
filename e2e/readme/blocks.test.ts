import { expect, test } from 'vitest'
import { differences, examplesOf, lastJson, printed } from './blocks.ts'

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

test('an example is a shell block with curl, and what follows it is what it gives', () => {
  expect(examplesOf(markdown)).toEqual([
    {
      line: 6,
      script: 'curl -s localhost/a\n# => HTTP 202\n',
      expected: [
        { kind: 'line', text: 'HTTP 202' },
        { kind: 'json', value: { a: 1 } },
      ],
    },
  ])
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

test('a line was printed when it is there as a whole, with … for anything', () => {
  expect(printed('HTTP/1.1 202 …', 'HTTP/1.1 202 Accepted\r\nServer: nginx')).toBe(true)
  expect(printed('HTTP/1.1 202', 'HTTP/1.1 202 Accepted')).toBe(false)
})

test('the last JSON is found behind other output, pretty-printed or not', () => {
  expect(lastJson('HTTP/1.1 200 OK\n\n{"a":[1]}\n')).toEqual({ a: [1] })
  expect(lastJson('{"no": 1}\n{\n  "a": {\n    "b": 2\n  }\n}\n')).toEqual({ a: { b: 2 } })
  expect(lastJson('nothing')).toBeUndefined()
})
