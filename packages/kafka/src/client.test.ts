import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'

const program = `
  const { createClient } = await import(${JSON.stringify(new URL('./client.ts', import.meta.url).href)})
  const { kafkaConfig } = await import(${JSON.stringify(new URL('./settings.ts', import.meta.url).href)})
  const { pino } = await import('pino')
  let timers = 0
  const { setTimeout } = globalThis
  globalThis.setTimeout = (fn, ms, ...rest) => {
    if (ms < 1) timers++
    return setTimeout(fn, ms, ...rest)
  }
  const config = kafkaConfig({ brokers: [process.env.KAFKA_BROKERS], registryUrl: '' })
  const admin = createClient(config, { clientId: 'warnings', log: pino({ level: 'silent' }) }).admin()
  await admin.connect()
  for (let i = 0; i < 20; i++) await admin.describeCluster()
  await admin.disconnect()
  console.log('timers in the past: ' + timers)
`

test('kafkajs, as patched here, sets no timer in the past and draws no warning of Node', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { KAFKA_BROKERS: testStack().brokers },
  })

  expect(stderr).toBe('')
  expect(stdout).toBe('timers in the past: 0\n')
})
