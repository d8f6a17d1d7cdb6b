import { fileURLToPath } from 'node:url'
import { runNode } from '@firstcome/testing'
import { expect, test } from 'vitest'

test('.env.example is what the settings of the apps say', async () => {
  const child = runNode(fileURLToPath(new URL('./env-example.ts', import.meta.url)), {}, ['--check'])
  const { code } = await child.ended
  expect(child.output()).toBe('.env.example is up to date\n')
  expect(code).toBe(0)
})
