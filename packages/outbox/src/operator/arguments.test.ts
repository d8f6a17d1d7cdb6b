import { expect, test } from 'vitest'
import { parseCommand, UsageError } from './arguments.ts'

const id = '0199a0b0-0000-7000-8000-00000000000a'

test.each([
  [['list'], { name: 'list', limit: 100, json: false }],
  [['--', 'list', '--limit', '5', '--json'], { name: 'list', limit: 5, json: true }],
  [['retry', '--all'], { name: 'retry', which: 'all', json: false }],
  [['retry', id, id.toUpperCase()], { name: 'retry', which: [id], json: false }],
  [['list', '-h'], { name: 'help' }],
  [['help'], { name: 'help' }],
])('%j is understood', (args, command) => {
  expect(parseCommand(args)).toEqual(command)
})

test.each([
  ['nothing to do', [], 'Say what to do'],
  ['an unknown command', ['drop'], "no command 'drop'"],
  ['an unknown option', ['list', '--loud'], '--loud'],
  ['an argument too many', ['list', id], id],
  ['a limit of nothing', ['list', '--limit', '0'], '--limit 0'],
  ['no events named', ['retry'], 'ids of events, or --all'],
  ['events and --all', ['retry', id, '--all'], 'ids of events, or --all'],
  ['an event id that is none', ['retry', '17'], '17 is no event id'],
])('%s is refused, with what is wrong', (_, args, said) => {
  const parse = () => parseCommand(args)
  expect(parse).toThrow(UsageError)
  expect(parse).toThrow(said)
})
