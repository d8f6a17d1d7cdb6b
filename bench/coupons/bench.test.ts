import { stack } from '@firstcome/local'
import { expect, test } from 'vitest'
import { benchServers } from '../arena/servers.ts'
import { type Report, tables } from '../measure/report.ts'
import { couponsBench, type PartName } from './bench.ts'
import { profileApi, profileWorker } from './profile.ts'

const servers = benchServers(stack('test'))
const say = () => {}

const rowsOf: [PartName, number[]][] = [
  ['drain', [4, 3, 1, 3]],
  ['accept', [4]],
  ['rush', [2]],
  ['fairness', [1]],
  ['memory', [2, 1]],
]

test.each(rowsOf)(
  'a quick run of %s measures everybody, and tells it as a table and as JSON',
  async (part, rows) => {
    const run = await couponsBench(servers, { quick: true, say, parts: [part] })

    const report: Report = JSON.parse(JSON.stringify(run))
    expect(report).toMatchObject({ benchmark: 'coupons', quick: true, versions: { kafkajs: expect.any(String) } })
    expect(report.contests.map((contest) => contest.rows.length)).toEqual(rows)
    const table = tables(report)
    for (const { title, rows } of report.contests) {
      expect(table).toContain(title)
      for (const { name, median, rounds } of rows) {
        expect(table).toContain(`| ${name}`)
        expect(rounds).toEqual([median])
        for (const value of Object.values(median)) expect(value).toEqual(expect.any(Number))
      }
    }
  },
  600_000,
)

test.each([
  ['coupon-worker', profileWorker],
  ['coupon-api', profileApi],
])(
  'a profile says where %s was busy while it worked',
  async (name, profile) => {
    const text = await profile(servers, { quick: true, say })

    expect(text).toContain(`### ${name} while it`)
    expect(text).toMatch(/^\| group \| self time \|$/m)
    expect(text).toMatch(/^\| kafkajs \| [\d.]+ % \|$/m)
    expect(text).toMatch(/start and warm-up not counted$/)
  },
  300_000,
)
