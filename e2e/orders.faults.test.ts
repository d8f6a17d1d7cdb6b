import { testKafka } from '@firstcome/kafka/testing'
import { expect, test } from 'vitest'
import { processesOf } from './replicas.ts'
import { buyWhile } from './shopping/run.ts'
import { crashPostgres, kill, services } from './system.ts'

const kafka = await testKafka('', [])

/** What `npm test` does with a thousand orders (orders.test.ts). Of a service with several processes, all are killed at once. */
test('20,000 orders by 64 clients, every service killed, the broker, Postgres and Redis: each is paid, confirmed, stored and counted once', async () => {
  const everyService = services.map((service) => () => processesOf(service).map(({ name }) => kill(name)))
  const { report, wrong, reconciled } = await buyWhile(kafka, {
    plan: { orders: 20_000, clients: 64, users: 1_000 },
    kills: [...everyService, () => [kill('kafka')], () => [crashPostgres()], () => [kill('redis')]],
    first: 2_000,
    between: 1_800,
  })
  console.log(report)

  expect(wrong).toEqual([])
  expect(reconciled.code, reconciled.output).toBe(0)
})
