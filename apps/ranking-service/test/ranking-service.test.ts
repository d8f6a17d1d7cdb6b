import { fileURLToPath } from 'node:url'
import { deadLetterTopic, orderConfirmed } from '@firstcome/events'
import type { Kafka } from '@firstcome/kafka'
import { countOf, testKafka } from '@firstcome/kafka/testing'
import {
  type FaultProxy,
  faultProxy,
  startApp,
  type TestApp,
  testPrefix,
  testStack,
  testTopics,
  waitFor,
} from '@firstcome/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { confirmedOrder } from '../src/board/order-confirmed.fixture.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const prefix = testPrefix()
const seoul = (iso: string) => Temporal.ZonedDateTime.from(`${iso}[Asia/Seoul]`).epochMilliseconds

let kafka: Kafka
let proxy: FaultProxy
let app: TestApp
const start = () =>
  startApp(main, {
    KAFKA_PREFIX: prefix,
    REDIS_KEY_PREFIX: prefix,
    REDIS_URL: proxy.through(testStack().redisUrl),
    REDIS_TIMEOUT_MS: '60000', // what is away here refuses connections; one that stands still for some seconds is waited for
    RANKING_DAILY_AGE_DAYS: '36500',
    RANKING_WEEKLY_AGE_DAYS: '36500',
    RANKING_MONTHLY_AGE_DAYS: '36500',
    RANKING_SEEN_AGE_DAYS: '36500',
    KAFKA_OUTAGE_MAX_MS: '500',
    KAFKA_SESSION_TIMEOUT_MS: '6000', // the least a broker allows: how long a killed member's partitions stay orphaned
  })

beforeAll(async () => {
  proxy = await faultProxy(testStack().redisUrl)
  await testTopics(prefix)
  kafka = await testKafka(prefix, [orderConfirmed])
  app = await start()
})

const get = async (query: string) => {
  const response = await fetch(`${app.url}/api/rankings/best-sellers${query}`)
  return { status: response.status, body: (await response.json()) as Body }
}

/** Of a board, or of a problem. */
interface Body {
  period: string
  from: string | null
  to: string | null
  items: { rank: number; productId: number; quantity: number }[]
  code: string
  errors: { field: string }[]
}
const units = async (productId: number, date: string): Promise<number> => {
  const { body } = await get(`?date=${date}&limit=100`)
  return body.items.find((item) => item.productId === productId)?.quantity ?? 0
}
const readiness = async () => (await fetch(`${app.url}/health/ready`)).status
const confirm = (order = confirmedOrder(), id?: string) => kafka.send(orderConfirmed, order, id ? { id } : {})

describe('the best-seller board', () => {
  it('shows what was sold, by the day, the week, the month and of all time, to anybody', async () => {
    const sold = (iso: string, ...items: [number, number][]) =>
      confirm(confirmedOrder({ items, confirmedAt: seoul(iso) }))
    await sold('2025-03-02T23:59:59.999', [7, 2], [9, 1]) // a Sunday
    await sold('2025-03-03T00:00:00.000', [8, 2])
    await waitFor('both orders on the board', async () => (await get('?period=all')).body.items.length === 3)

    expect(await get('?period=daily&date=2025-03-02')).toEqual({
      status: 200,
      body: {
        period: 'daily',
        from: '2025-03-02',
        to: '2025-03-02',
        items: [
          { rank: 1, productId: 7, quantity: 2 },
          { rank: 2, productId: 9, quantity: 1 },
        ],
      },
    })
    expect((await get('?period=weekly&date=2025-03-04')).body).toEqual({
      period: 'weekly',
      from: '2025-03-03',
      to: '2025-03-09',
      items: [{ rank: 1, productId: 8, quantity: 2 }],
    })
    const best = [
      { rank: 1, productId: 7, quantity: 2 },
      { rank: 2, productId: 8, quantity: 2 },
    ]
    const march = { period: 'monthly', from: '2025-03-01', to: '2025-03-31', items: best }
    expect((await get('?period=monthly&date=2025-03-17&limit=2')).body).toEqual(march)
    expect((await get('?period=all&limit=2')).body).toEqual({ period: 'all', from: null, to: null, items: best })
  })

  it('shows today, the ten best, when nothing is asked for', async () => {
    const today = () => Temporal.Now.plainDateISO('Asia/Seoul').toString()
    const before = today()
    const items = Array.from({ length: 11 }, (_, i): [number, number] => [500 + i, 1])
    // The day may end while this goes on: tomorrow's board has them too.
    for (const days of [0, 1]) await confirm(confirmedOrder({ items, confirmedAt: Date.now() + days * 86_400_000 }))
    const { body } = await waitFor('the order', async () => {
      const answer = await get('')
      return answer.body.items.length > 0 && answer
    })
    expect([before, today()]).toContain(body.from)
    expect(body).toMatchObject({ period: 'daily', to: body.from })
    expect(body.items.map((item) => item.productId)).toEqual(items.slice(0, 10).map(([id]) => id))
  })

  it.each([
    ['?date=2025-02-30', 'date'],
    ['?limit=101', 'limit'],
    ['?limit=0', 'limit'],
    ['?period=hourly', 'period'],
    ['?dates=2025-01-01', 'dates'],
  ])('refuses %s, naming the field', async (query, field) => {
    const { status, body } = await get(query)
    expect({ status, code: body.code, field: body.errors[0]?.field }).toEqual({
      status: 400,
      code: 'VALIDATION_FAILED',
      field,
    })
  })
})

describe('each order', () => {
  it('is counted once, though its event is published again, under its id or another', async () => {
    const order = confirmedOrder({ items: [[21, 3]], confirmedAt: seoul('2025-04-01T12:00') })
    await confirm(order, '01890a5d-ac96-774b-bcce-b302099a8057')
    await confirm(order, '01890a5d-ac96-774b-bcce-b302099a8057')
    const last = await confirm(order)
    await waitFor('all three to be dealt with', async () => {
      const committed = await kafka.committed('ranking-service', orderConfirmed.topic)
      return (committed.get(last.partition) ?? 0) > last.offset
    })
    expect(await units(21, '2025-04-01')).toBe(3)
  })

  it('is counted once, though the service is killed while it counts', async () => {
    const orders = Array.from({ length: 2000 }, () =>
      confirmedOrder({ items: [[31, 1]], confirmedAt: seoul('2025-05-01T12:00') }),
    )
    const sending = Promise.all(orders.map((order) => confirm(order)))
    for (const least of [1, 500]) {
      await waitFor(`${least} orders`, async () => (await units(31, '2025-05-01')) >= least)
      await app.kill()
      app = await start()
    }
    await sending
    const counted = await waitFor(
      'all orders',
      async () => {
        const found = await units(31, '2025-05-01')
        return found >= 2000 && found
      },
      { timeoutMs: 60_000 }, // the group waits for the killed member's session to end
    )
    expect(counted).toBe(2000)
  }, 150_000)

  it('waits while Redis is away, and is counted when it is back: nothing is lost, nothing dead-lettered', async () => {
    await proxy.down()
    await Promise.all(
      Array.from({ length: 100 }, () =>
        confirm(confirmedOrder({ items: [[41, 1]], confirmedAt: seoul('2025-06-01T12:00') })),
      ),
    )
    await waitFor('an order to meet the outage', () =>
      app.logs().some((line) => line.partition !== undefined && line.err),
    )
    await waitFor('it to say so', async () => (await readiness()) === 503)
    expect((await get('?period=all')).status).toBe(503)

    await proxy.resume()
    await waitFor('all orders', async () => (await units(41, '2025-06-01')) === 100)
    expect(await countOf(kafka, deadLetterTopic(orderConfirmed.topic, 'ranking-service'))).toBe(0)
    await waitFor('it to be ready again', async () => (await readiness()) === 200)
  })

  it('is let go in time when the service is told to stop', async () => {
    expect(await app.stop()).toEqual({ code: 0, signal: null })
  })
})
