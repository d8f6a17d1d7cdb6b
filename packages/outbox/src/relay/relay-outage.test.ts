import net from 'node:net'
import { orderPlaced } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { faultProxy, testStack, waitFor } from '@firstcome/testing'
import { afterAll, expect, test, vi } from 'vitest'
import { anOrder, bench, host, metric, rowsIn } from '../../test/bench.ts'
import { startRelay } from '../index.ts'

const { db, outbox, config, arrived } = await bench()
const proxy = await faultProxy(testStack().brokers)

// A broker names itself in its metadata, so a proxy in the list of brokers is left at once: all new sockets are led there.
const brokerPort = Number(testStack().brokers.split(':')[1])
const connect = net.connect
vi.spyOn(net, 'connect').mockImplementation(((options: net.NetConnectOpts, ...rest: never[]) =>
  connect(
    'port' in options && options.port === brokerPort ? { ...options, port: proxy.port } : options,
    ...rest,
  )) as typeof connect)

const anOrderId = anOrder().orderId
const impatient = { ...config.producer, deliveryTimeoutMs: 1_000, retries: 0 }
const kafka = await connectKafka({ ...config, producer: impatient }, host(), [orderPlaced])
const { log, metrics } = host()
const relay = startRelay({ db, kafka, log, metrics })
afterAll(async () => {
  await relay.close()
  await kafka.close!()
})

test('while Kafka is away events stay, with what went wrong; when it is back they leave in their order', async () => {
  await proxy.down()
  await relay.start()
  const orders = Array.from({ length: 20 }, (_, index) => anOrder({ orderId: anOrderId, placedAt: index }))
  await db.transaction((trx) =>
    outbox.addAll(
      trx,
      orders.map((order) => [orderPlaced, order] as const),
    ),
  )
  const failed = await waitFor('a second failed try', async () => {
    const rows = await db('outbox').where('attempts', '>=', 2)
    return rows.length === 20 && rows[0]
  })
  expect(failed).toMatchObject({ parked_at: null, last_error: expect.stringMatching(/./) })
  expect(await metric(metrics, 'outbox_backlog')).toBe(20)
  expect(await metric(metrics, 'outbox_oldest_age_seconds')).toBeGreaterThan(1)
  expect(await metric(metrics, 'outbox_published_total')).toBe(0)

  await proxy.resume()
  await waitFor('an empty outbox', async () => (await rowsIn(db, 'outbox')) === 0)
  await waitFor('20 records', () => arrived.length >= 20)
  // A try that was given up may have arrived all the same: what counts is the first time each event is seen.
  const firstSeen = [...new Map(arrived.map(({ id, value }) => [id, value.placedAt] as const)).values()]
  expect(firstSeen).toEqual(orders.map((order) => order.placedAt))
  expect(await metric(metrics, 'outbox_backlog')).toBe(0)
})
