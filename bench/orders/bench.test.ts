import { stack } from '@firstcome/local'
import { expect, test } from 'vitest'
import { benchServers } from '../arena/servers.ts'
import { type Report, tables } from '../measure/report.ts'
import { ordersBench, type PartName } from './bench.ts'
import { profileOf } from './profile.ts'

const rowsOf: [PartName, number[]][] = [
  ['flow', [2, 2, 2, 4]],
  ['relay', [2, 2]],
  ['confirm', [2, 2, 2]],
  ['growth', [2]],
]

test.each(rowsOf)(
  'a quick run of %s measures everybody, checks what came of it, and tells it as a table and as JSON',
  async (part, rows) => {
    const run = await ordersBench(benchServers(stack('test')), { quick: true, say: () => {}, parts: [part] })

    const report: Report = JSON.parse(JSON.stringify(run))
    expect(report).toMatchObject({ benchmark: 'orders', quick: true, versions: { kafkajs: expect.any(String) } })
    expect(report.contests.map((contest) => contest.rows.length)).toEqual(rows)
    const table = tables(report)
    for (const { title, baseline, rows } of report.contests) {
      expect(table).toContain(title)
      expect(rows.map(({ name }) => name)).toContain(baseline)
      for (const { name, median, rounds } of rows) {
        expect(table).toContain(`| ${name}`)
        expect(rounds).toEqual([median])
        for (const value of Object.values(median)) expect(value).toEqual(expect.any(Number))
      }
    }
  },
  600_000,
)

test('a profile says where payment-api was busy while it worked', async () => {
  const text = await profileOf('payment-api', benchServers(stack('test')), { quick: true, say: () => {} })

  expect(text).toContain('### payment-api while orders go the whole path')
  expect(text).toMatch(/^\| pg \| [\d.]+ % \|$/m)
  expect(text).toMatch(/start and warm-up not counted$/)
}, 300_000)
