import { expect, test } from 'vitest'
import { testPrefix } from './names.ts'
import { testTopics } from './topics.ts'

test('prefixes differ and fit topic names', () => {
  const prefixes = Array.from({ length: 100 }, testPrefix)
  expect(new Set(prefixes).size).toBe(100)
  for (const prefix of prefixes) expect(prefix).toMatch(/^t[0-9a-f]{8}\.$/)
})

test('topics that cannot be created fail the test with what the command said', async () => {
  const nobody = '127.0.0.1:1'
  await expect(testTopics(testPrefix(), { KAFKA_BROKERS: nobody })).rejects.toThrow(
    /could not create the topics[\s\S]*127\.0\.0\.1:1/,
  )
})
