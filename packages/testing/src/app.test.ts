import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startApp } from './app.ts'
import { testStack } from './stack.ts'

const parrot = fileURLToPath(new URL('../test/parrot.ts', import.meta.url))

test('an app runs once it is ready, in an environment of the test stack and the test, and of nothing else', async () => {
  process.env.LEAKED = 'from the shell'
  const app = await startApp(parrot, { PARROT: 'alive', LOG_LEVEL: undefined })
  delete process.env.LEAKED
  const env = await (await fetch(app.url)).json()
  expect(env).toMatchObject({ PARROT: 'alive', KAFKA_BROKERS: testStack().brokers, JWT_ISSUER: 'firstcome' })
  expect(env).not.toHaveProperty('LEAKED')
  expect(env).not.toHaveProperty('LOG_LEVEL')
  expect(await app.stop()).toEqual({ code: 3, signal: null })
  expect(app.logs()).toEqual([{ msg: 'goodbye' }])
  expect(app.output()).toContain('no JSON')
})

test('a killed app has no time to say goodbye', async () => {
  const app = await startApp(parrot)
  expect(await app.kill()).toEqual({ code: null, signal: 'SIGKILL' })
  expect(app.output()).not.toContain('goodbye')
})

test('an app that ends before it is ready fails the start with all it said', async () => {
  await expect(startApp(parrot, { PARROT: 'dead' })).rejects.toThrow('this parrot is no more')
})

test('an app that never gets ready fails the start in time', async () => {
  await expect(startApp(parrot, { PORT: '0' }, { timeoutMs: 300 })).rejects.toThrow(/waited 300 ms for 200 from/)
})
