import { expect, test } from 'vitest'
import { processorSeconds, residentMiB } from './process.ts'

test('a process is known by what Node says of itself', () => {
  const { user, system } = process.cpuUsage()
  expect(processorSeconds(process.pid)).toBeCloseTo((user + system) / 1e6, 0)
  expect(residentMiB(process.pid) / (process.memoryUsage.rss() / 2 ** 20)).toBeCloseTo(1, 0)
})
