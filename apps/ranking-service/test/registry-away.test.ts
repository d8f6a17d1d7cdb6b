import { fileURLToPath } from 'node:url'
import { orderConfirmed } from '@firstcome/events'
import { testKafka } from '@firstcome/kafka/testing'
import { faultProxy, startApp, type TestApp, testPrefix, testStack, testTopics, waitFor } from '@firstcome/testing'
import { expect, it } from 'vitest'
import { confirmedOrder } from '../src/board/order-confirmed.fixture.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const prefix = testPrefix()
const proxy = await faultProxy(testStack().registryReaderUrl)
await testTopics(prefix)
const kafka = await testKafka(prefix, [orderConfirmed])

const start = (until?: string) =>
  startApp(
    main,
    {
      KAFKA_PREFIX: prefix,
      REDIS_KEY_PREFIX: prefix,
      SCHEMA_REGISTRY_URL: proxy.through(testStack().registryReaderUrl),
      REDIS_TIMEOUT_MS: '60000', // a Redis that stands still for some seconds is not away
    },
    { until },
  )
const ready = async ({ url }: TestApp) => (await fetch(`${url}/health/ready`)).status === 200
const waits = (app: TestApp) => app.logs().filter(({ msg }) => msg === 'waiting for the schema registry')
/** It says so once, and where that takes long once more every half a minute. */
const expectSaidSeldom = (app: TestApp) => {
  const said = waits(app)
  expect(said.length).toBeLessThanOrEqual(1 + Number(said.at(-1)?.waitedMs) / 30_000)
}

it('works on while the registry is away, and one that starts waits for it, says so, and is ready when it is back', async () => {
  const running = await start()
  await proxy.down()
  const [starting, unlucky] = await Promise.all([start('/health/live'), start('/health/live')])

  await kafka.send(orderConfirmed, confirmedOrder({ confirmedAt: Date.now() }))
  const board = async () => (await fetch(`${running.url}/api/rankings/best-sellers?period=all`)).json()
  await waitFor('the order on the board', async () => ((await board()) as { items: unknown[] }).items.length === 1)
  expect(await ready(running)).toBe(true)

  const answer = await fetch(`${starting.url}/health/ready`)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain(`waiting for the schema registry at http://${proxy.address}`)
  expect(waits(starting)[0]).toMatchObject({ level: 'warn', waitedMs: expect.any(Number) })
  expectSaidSeldom(starting)
  expect(await unlucky.stop()).toEqual({ code: 0, signal: null })

  await proxy.resume()
  await waitFor('the one that waited to be ready', () => ready(starting))
  expectSaidSeldom(starting)
  expect(await starting.stop()).toEqual({ code: 0, signal: null })
})
