import { fileURLToPath } from 'node:url'
import { kafkaAnswers } from '@firstcome/local'
import { expect, test } from 'vitest'
import { testBroker } from './broker.ts'
import { runNode } from './child.ts'
import { testPrefix } from './names.ts'
import { waitFor } from './wait-for.ts'

const command = fileURLToPath(new URL('../../kafka/src/commands/topics.ts', import.meta.url))

test('a broker of its own comes back with its data, stopped or killed', async () => {
  const broker = await testBroker()
  const env = { KAFKA_BROKERS: broker.brokers, KAFKA_PREFIX: testPrefix() }
  const createTopics = async () => {
    const child = runNode(command, env)
    expect(await child.ended).toMatchObject({ code: 0 })
    return child.output()
  }
  expect(await createTopics()).toContain('created')

  for (const end of [broker.stop, broker.kill]) {
    await end()
    await expect(kafkaAnswers(broker.port)).rejects.toThrow('ECONNREFUSED')
    await broker.start()
    expect(await createTopics()).not.toContain('created')
  }
})

test('a frozen broker is silent until it is thawed', async () => {
  const broker = await testBroker()
  broker.freeze()
  await expect(kafkaAnswers(broker.port)).rejects.toThrow('no answer')
  broker.thaw()
  // It may have been given up by its controller meanwhile, and then has to join again.
  await waitFor('an answer', () => kafkaAnswers(broker.port).then(() => true))
})

test('a broker that cannot run says why', async () => {
  await expect(testBroker({ 'log.retention.hours': 'forever' })).rejects.toThrow(/forever/)
  await expect(testBroker({ 'metric.reporters': 'no.such.Reporter' })).rejects.toThrow(/no\.such\.Reporter/)
})
