import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort, testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { dltName, writeLetters } from '../operator/letterbox.ts'
import { testbed } from '../testbed.ts'

const command = fileURLToPath(new URL('./dlt.ts', import.meta.url))

function run(env: Record<string, string>, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('the exit code says how it ended, and stdout holds nothing but the answer', async () => {
  const bed = await testbed(1)
  await writeLetters(bed, [{ offset: 1 }])
  const env = { KAFKA_BROKERS: testStack().brokers, KAFKA_PREFIX: bed.prefix }
  const letter = `${bed.prefix}${dltName}/0/0`

  expect(JSON.parse(run(env, 'list', '--json').stdout)).toMatchObject([{ count: 1, open: 1 }])
  expect(run(env, 'show', letter)).toMatchObject({ status: 0, stderr: '' })
  expect(run(env, 'replay', letter)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^replayed .*\n$/) })
  expect(run(env, 'replay', letter)).toMatchObject({ status: 3, stdout: '' })
  expect(run(env, 'park', `${bed.prefix}${dltName}/0/9`)).toMatchObject({ status: 3, stdout: '' })
})

test('wrong usage, wrong settings and a Kafka that is away are told apart', async () => {
  expect(run({}, 'replya')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/'replya'[\s\S]*Usage/),
  })
  expect(run({}, 'list')).toMatchObject({ status: 78, stderr: expect.stringContaining('KAFKA_BROKERS') })
  expect(run({}, 'help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage') })
  const broker = `127.0.0.1:${await freePort()}`
  expect(run({ KAFKA_BROKERS: broker }, 'list')).toMatchObject({ status: 1, stderr: expect.stringContaining(broker) })
})
