import { expect, it } from 'vitest'
import { parseArguments, UsageError } from './arguments.ts'

const now = Date.UTC(2026, 10, 21, 12)
const HOUR_MS = 3_600_000
const parse = (...args: string[]) => parseArguments(args, now)

it('means the last 24 hours, a grace of a minute, and stuck after an hour, unless told otherwise', () => {
  const byDefault = { help: false, json: false, from: now - 24 * HOUR_MS, graceMs: 60_000, stuckMs: HOUR_MS }
  expect(parse()).toEqual(byDefault)
  expect(parse('--', '--json')).toEqual({ ...byDefault, json: true })
})

it('takes times as they are written, or how long ago', () => {
  expect(parse('--from', '90m', '--to', '1h')).toMatchObject({ from: now - 1.5 * HOUR_MS, to: now - HOUR_MS })
  expect(parse('--from', '2026-11-01', '--to', '2026-11-02T00:00:00+09:00')).toMatchObject({
    from: Date.UTC(2026, 10, 1),
    to: Date.UTC(2026, 10, 1, 15),
  })
  expect(parse('--from', 'all')).toMatchObject({ from: 0 })
  expect(parse('--grace', '0s', '--stuck', '3d')).toMatchObject({ graceMs: 0, stuckMs: 72 * HOUR_MS })
})

it.each([
  [['--form', '1h']],
  [['yesterday']],
  [['--from']],
  [['--from', 'yesterday']],
  [['--from', '1w']],
  [['--from', '2026-13-01']],
  [['--from', '1h', '--to', '2h']],
  [['--grace', '-1s']],
  [['--stuck', '1']],
])('refuses %j', (args) => {
  expect(() => parse(...args)).toThrow(UsageError)
})
