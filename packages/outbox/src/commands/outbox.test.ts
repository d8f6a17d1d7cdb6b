import { fileURLToPath } from 'node:url'
import { orderPlaced } from '@firstcome/events'
import { runNode, waitFor } from '@firstcome/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anOrder, bench, host, metric, rowsIn } from '../../test/bench.ts'
import { startRelay } from '../index.ts'

const { db, url, kafka, outbox, arrived } = await bench()

beforeEach(() => void arrived.splice(0))
afterEach(() => db('outbox').delete())

async function tool(args: string[], env: Record<string, string> = { DATABASE_URL: url }) {
  const command = runNode(fileURLToPath(new URL('./outbox.ts', import.meta.url)), env, args)
  const { code } = await command.ended
  return { code, output: command.output() }
}

const add = (...orders: ReturnType<typeof anOrder>[]) =>
  db.transaction((trx) =>
    outbox.addAll(
      trx,
      orders.map((order) => [orderPlaced, order] as const),
    ),
  )

/** Adds an order for each key and parks it, as the relay would; resolves to the ids of the events. */
async function park(...orders: ReturnType<typeof anOrder>[]): Promise<string[]> {
  await add(...orders)
  const rows = await db('outbox').orderBy('seq')
  const parked = rows.map(({ id }) => id)
  await db('outbox').whereIn('id', parked).update({ attempts: 5, last_error: 'too large', parked_at: new Date() })
  return parked
}

/** As in a service, but one that does not look by itself: it has to be woken. */
async function sleepyRelay() {
  const { log, metrics } = host()
  const relay = startRelay({ db, kafka, log, metrics }, { pollMs: 3_600_000 })
  await relay.start()
  await waitFor('the relay to be active', async () => (await metric(metrics, 'outbox_relay_active')) === 1)
  return relay
}

describe('list', () => {
  test('says what waits, for how long, and all about what is parked', async () => {
    const order = anOrder()
    const [id] = await park(order)
    await add(anOrder({ orderId: order.orderId, placedAt: 2 }), anOrder(), anOrder())
    await db.raw(`update outbox set created_at = now() - interval '3 minutes', attempts = 1 where parked_at is null`)

    const { code, output } = await tool(['list', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(output)).toEqual({
      ...{ waiting: 3, waitingAfterFailure: 3, parked: 1, oldestAgeSeconds: expect.closeTo(180, -2) },
      events: [
        {
          ...{ id, topic: orderPlaced.topic, key: order.orderId, type: orderPlaced.type, attempts: 5 },
          ...{ lastError: 'too large', addedAt: expect.any(String), parkedAt: expect.any(String), waitingBehind: 1 },
        },
      ],
    })
    const told = await tool(['list'])
    expect(told.code).toBe(0)
    expect(told.output).toContain('waiting: 3, the oldest for 3 min')
    for (const part of ['parked: 1', id, order.orderId, 'after 5 tries', 'too large', '1 behind it on its key']) {
      expect(told.output).toContain(part)
    }
  })

  test('of many that are parked it shows the oldest, and says that there are more', async () => {
    const ids = await park(anOrder(), anOrder(), anOrder())
    const { output } = await tool(['list', '--limit', '2'])
    expect(ids.map((id) => output.includes(id))).toEqual([true, true, false])
    expect(output).toContain('and 1 more')
  })

  test('of an empty outbox there is nothing to say', async () => {
    const { code, output } = await tool(['list', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({ waiting: 0, oldestAgeSeconds: null, parked: 0, events: [] })
  })
})

describe('retry', () => {
  test('has the relay publish the event at once, as if it had never been tried', async () => {
    const [one, other] = await park(anOrder(), anOrder())
    const relay = await sleepyRelay()
    try {
      expect(await tool(['retry', one!])).toEqual({ code: 0, output: '1 parked event is tried again\n' })
      await waitFor('the event', () => arrived.length > 0)
      expect(arrived.map(({ id }) => id)).toEqual([one])
      await waitFor('its row to go', async () => (await rowsIn(db, 'outbox')) === 1)
      expect(await db('outbox').select('id')).toEqual([{ id: other }])
    } finally {
      await relay.close()
    }
  })

  test('of all takes them in their old order, before what has waited behind them', async () => {
    const orderId = anOrder().orderId
    const first = await park(anOrder({ orderId, placedAt: 1 }), anOrder({ orderId, placedAt: 2 }))
    await add(anOrder({ orderId, placedAt: 3 }))
    const { code, output } = await tool(['retry', '--all', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(output)).toEqual({ retried: first, notParked: [] })
    expect(await db('outbox').whereNotNull('parked_at').orWhere('attempts', '>', 0)).toEqual([])
    const relay = await sleepyRelay()
    await waitFor('the events', () => arrived.length >= 3)
    expect(arrived.map(({ value }) => value.placedAt)).toEqual([1, 2, 3])
    await relay.close()
  })

  test('of an event that is not parked says so, fails, and leaves it; the others are retried', async () => {
    const [parked] = await park(anOrder())
    await add(anOrder())
    const waiting = (await db('outbox').whereNull('parked_at').first()).id
    const { code, output } = await tool(['retry', waiting, parked!])
    expect(code).toBe(1)
    expect(output).toContain('1 parked event is tried again')
    expect(output).toContain(`${waiting} is not parked`)
    expect(await db('outbox').whereNotNull('parked_at')).toEqual([])
  })
})

describe('it ends', () => {
  test('with 2 and the usage, called wrongly or with no database named', async () => {
    const wrong = await tool(['retry'])
    expect(wrong).toMatchObject({ code: 2, output: expect.stringContaining('Usage: outbox') })
    expect(await tool(['list'], {})).toMatchObject({ code: 2, output: expect.stringContaining('DATABASE_URL') })
  })

  test('with 1 and the reason where the database does not answer', async () => {
    const nowhere = await tool(['list'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' })
    expect(nowhere).toMatchObject({ code: 1, output: expect.stringContaining('ECONNREFUSED') })
  })

  test('with 0 for help, which says what becomes of the order', async () => {
    const { code, output } = await tool(['retry', '--help'])
    expect(code).toBe(0)
    expect(output).toContain('out of order')
  })
})
