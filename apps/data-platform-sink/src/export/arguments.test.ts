import { describe, expect, it } from 'vitest'
import { parseCommand, UsageError } from './arguments.ts'

const good = { from: '2026-11-01', to: '2026-12-01', out: 'lake' }
const args = (values: Record<string, string | undefined>) => [
  'export',
  ...Object.entries({ ...good, ...values }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  ),
]

describe('the arguments of an export', () => {
  it('are dates, a folder, and a time zone that is UTC unless it is said', () => {
    const command = { name: 'export', ...good, timeZone: 'UTC', json: false }
    expect(parseCommand(args({}))).toEqual(command)
    expect(parseCommand(['--', ...args({ format: 'parquet' })])).toEqual(command)
    expect(parseCommand(args({ 'time-zone': 'America/Argentina/Buenos_Aires' }))).toMatchObject({
      timeZone: 'America/Argentina/Buenos_Aires',
    })
  })

  it.each<[string, string[]]>([
    ['Say what to do', []],
    ["import: there is only 'export'", ['import']],
    ["export now: there is only 'export'", [...args({}), 'now']],
    ["Unknown option '--form'", args({ form: '2026-11-01' })],
    ['--from is missing', args({ from: undefined })],
    ['--to is missing', args({ to: undefined })],
    ['--out is missing', args({ out: undefined })],
    ['--out is missing', args({ out: '' })],
    ['--from yesterday: expected a date', args({ from: 'yesterday' })],
    ['--from 2026-02-30: expected a date', args({ from: '2026-02-30' })],
    ['--from 0000-01-01: expected a date', args({ from: '0000-01-01' })],
    ['--to 2026-12-01T00:00: expected a date', args({ to: '2026-12-01T00:00' })],
    ['--to 2026-11-01: expected a date after --from', args({ to: '2026-11-01' })],
    ['--format csv: parquet is the only one', args({ format: 'csv' })],
    ['--time-zone Asia/Soul: expected UTC or a name', args({ 'time-zone': 'Asia/Soul' })],
    ['--time-zone +09:00: expected UTC or a name', args({ 'time-zone': '+09:00' })],
  ])('are refused: %s', (message, given) => {
    const refusal = (() => {
      try {
        return parseCommand(given)
      } catch (error) {
        return error
      }
    })()
    expect(refusal).toBeInstanceOf(UsageError)
    expect((refusal as Error).message).toContain(message)
  })
})
