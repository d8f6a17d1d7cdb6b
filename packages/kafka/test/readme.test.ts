import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runNode, testPrefix, testStack, testTopics } from '@firstcome/testing'
import { expect, test } from 'vitest'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const blocks = (language: string) => {
  const readme = readFileSync(path('../README.md'), 'utf8')
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text!)
}

test('the example of the README is the file beside this test', () => {
  expect(blocks('ts')).toContain(readFileSync(path('./example.ts'), 'utf8'))
})

test('the example says what the README says it does', async () => {
  const prefix = testPrefix()
  await testTopics(prefix)
  const { brokers, registryUrl } = testStack()

  const env = { KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl, KAFKA_PREFIX: prefix }
  const example = runNode(path('./example.ts'), env)
  const { code } = await example.ended

  expect(example.output().trim().split('\n').toSorted()).toEqual(blocks('text')[0]!.trim().split('\n').toSorted())
  expect(code).toBe(0)
})
