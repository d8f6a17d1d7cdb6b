import { testKafka } from '@firstcome/kafka/testing'
import { expect, test } from 'vitest'
import { buyWhile } from './shopping/run.ts'
import { kill } from './system.ts'

const kafka = await testKafka('', [])

const onTheirWay = ['order-service', 'payment-api', 'data-platform-sink', 'ranking-service']

/** The short form of orders.faults.test.ts: the services that an order passes through all at the same moment, then the broker. */
test('a thousand orders, kill -9 of every service that they pass through and of the broker: each is paid, confirmed, stored and counted once', async () => {
  const { report, wrong, reconciled } = await buyWhile(kafka, {
    plan: { orders: 1_000, clients: 32, users: 100 },
    kills: [() => onTheirWay.map((name) => kill(name)), () => [kill('kafka')]],
    first: 100,
    between: 100,
  })
  console.log(report)

  expect(wrong).toEqual([])
  expect(reconciled.code, reconciled.output).toBe(0)
}, 600_000)
