import { testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { type Report, tables } from '../measure/report.ts'
import { kafkaBench } from './bench.ts'
import { openField } from './cluster.ts'
import { inTheLog } from './log-count.ts'
import { firstcome } from './produce/firstcome.ts'
import { sampleRecords } from './record.ts'

const servers = () => ({ brokers: [testStack().brokers], registryUrl: testStack().registryUrl })

test('a quick run measures every contestant, finds all records in the log, and tells it as a table and as JSON', async () => {
  const run = await kafkaBench(servers(), { quick: true, say: () => {} })

  const report: Report = JSON.parse(JSON.stringify(run))
  expect(report).toMatchObject({ benchmark: 'kafka', quick: true, machine: { cores: expect.any(Number) } })
  expect(report.contests.map(({ rows }) => rows.length)).toEqual([6, 6, 3, 4, 3, 3])
  const table = tables(report)
  for (const { title, baseline, rows } of report.contests) {
    expect(table).toContain(title)
    expect(rows.map(({ name }) => name)).toContain(baseline)
    for (const { name, median, rounds } of rows) {
      expect(table).toContain(`| ${name}`)
      expect(rounds).toEqual([median])
      for (const value of Object.values(median)) expect(value).toBeGreaterThan(0)
    }
  }
})

test('a measurement whose records are not all in the log is void', async () => {
  const field = await openField(servers(), 1)
  try {
    const producer = firstcome(field.kafka)
    const records = sampleRecords(field.kafka, 1)

    await expect(inTheLog(field, 'honest', 100, () => producer.flood(100, records))).resolves.toBeUndefined()
    const lossy = inTheLog(field, 'lossy', 100, () => producer.flood(99, records))
    await expect(lossy).rejects.toThrow('lossy: 100 records acknowledged, 99 in the log')
  } finally {
    await field.close()
  }
})
