import { fileURLToPath } from 'node:url'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { faultProxy, testDatabase } from '@firstcome/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { factsOf } from '../facts/facts.ts'
import { confirmedOrder } from '../facts/order-confirmed.fixture.ts'
import { storeFacts } from '../facts/store.ts'
import { createPartitions } from './partitions.ts'

const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const log = { error: vi.fn() }
let now = Date.UTC(2026, 10, 21)
let url: string
let db: Database

beforeAll(async () => {
  url = (await testDatabase([fileURLToPath(new URL('../../migrations', import.meta.url))])).url
  db = connectDatabase({ url, poolSize: 10 })
})
afterAll(() => db?.close())

const sink = (database = db) => createPartitions({ db: database, log, now: () => now })
const orderAt = (confirmedAt: number) => confirmedOrder({ confirmedAt })
type Order = ReturnType<typeof orderAt>

/** As the handler does. */
async function store(orders: Order[], partitions = sink()): Promise<number> {
  await partitions.makeFor(orders.map((order) => order.confirmedAt))
  return storeFacts(db, factsOf(orders.map((value, offset) => ({ value, id: ID, partition: 0, offset }))))
}

/** The tables in which an order and its item lie. */
async function placeOf({ orderId }: Order): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { place: string }[] }>(
    `select tableoid::regclass::text as place from order_facts where order_id = :orderId union all
     select tableoid::regclass::text from order_item_facts where order_id = :orderId`,
    { orderId },
  )
  return rows.map(({ place }) => place)
}

async function partitionsOf(table: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = ?::regclass order by 1',
    [table],
  )
  return rows.map(({ name }) => name)
}

describe('facts', () => {
  it('lie in the partition of their month, those of one batch in several', async () => {
    const times = [
      ['2026_01', Date.UTC(2026, 0, 31, 23, 59, 59, 999)],
      ['2026_02', Date.UTC(2026, 1, 1)],
      ['2026_04', Date.UTC(2026, 3, 15)],
    ] as const
    const orders = times.map(([, time]) => orderAt(time))
    expect(await store(orders)).toBe(3)
    for (const [nth, [month]] of times.entries()) {
      expect(await placeOf(orders[nth]!)).toEqual([`order_facts_${month}`, `order_item_facts_${month}`])
    }
    expect(await store(orders)).toBe(0)
  })

  it('are found by a query about a span of time in the months of that span only', async () => {
    await store([5, 6, 7].map((month) => orderAt(Date.UTC(2026, month, 3))))
    for (const table of ['order_facts', 'order_item_facts']) {
      const { rows } = await db.raw(
        `explain (format json) select * from ${table} where confirmed_at >= '2026-06-01Z' and confirmed_at < '2026-08-01Z'`,
      )
      const read = JSON.stringify(rows).matchAll(/"Relation Name":"(\w+)"/g)
      expect([...read].map(([, name]) => name)).toEqual([`${table}_2026_06`, `${table}_2026_07`])
    }
  })

  it('of absurd times are stored with their neighbours, and leave no partition behind', async () => {
    const absurd = [0, -62_135_596_800_000, Date.UTC(2019, 11, 31), Date.UTC(2028, 0, 1), Date.UTC(9999, 11, 31)]
    const neighbour = orderAt(Date.UTC(2026, 8, 1))
    const orders = [...absurd.map(orderAt), neighbour]
    expect(await store(orders)).toBe(orders.length)
    for (const order of orders.slice(0, -1)) {
      expect(await placeOf(order)).toEqual(['order_facts_other', 'order_item_facts_other'])
    }
    expect(await placeOf(neighbour)).toEqual(['order_facts_2026_09', 'order_item_facts_2026_09'])
    expect(await partitionsOf('order_facts')).not.toContainEqual(expect.stringMatching(/_(1970|2019|2028|9999)_/))
  })

  it('of a time that was absurd once move into the partition that its month gets later', async () => {
    const early = orderAt(Date.UTC(2028, 4, 3))
    await store([early])
    expect(await placeOf(early)).toEqual(['order_facts_other', 'order_item_facts_other'])
    now = Date.UTC(2027, 0, 1)
    const later = orderAt(Date.UTC(2028, 4, 4))
    await store([later])
    const place = ['order_facts_2028_05', 'order_item_facts_2028_05']
    expect([await placeOf(early), await placeOf(later)]).toEqual([place, place])
    now = Date.UTC(2026, 10, 21)
  })
})

describe('a fresh month', () => {
  it('is made once by sinks that come upon it at the same moment, and each stores its orders', async () => {
    const orders = Array.from({ length: 8 }, () => orderAt(Date.UTC(2025, 0, 15)))
    const written = await Promise.all(orders.map((order) => store([order], sink())))
    expect(written).toEqual(orders.map(() => 1))
    const partitions = await partitionsOf('order_facts')
    expect(partitions.filter((name) => name === 'order_facts_2025_01')).toHaveLength(1)
    for (const order of orders) expect((await placeOf(order))[0]).toBe('order_facts_2025_01')
  })

  it('is made while others write and read the months that are there', async () => {
    await store([orderAt(Date.UTC(2025, 1, 15))])
    const reading = await db.transaction()
    await reading.raw("select * from order_facts where confirmed_at >= '2025-02-01Z' and confirmed_at < '2025-03-01Z'")
    const writing = await db.transaction()
    const open = orderAt(Date.UTC(2025, 1, 16))
    await storeFacts(writing, factsOf([{ value: open, id: ID, partition: 0, offset: 0 }]))

    const fresh = orderAt(Date.UTC(2025, 2, 1))
    expect(await store([fresh])).toBe(1)
    await Promise.all([reading.commit(), writing.commit()])
    expect((await placeOf(fresh))[0]).toBe('order_facts_2025_03')
  })

  it('is there before its first order, and this one as well', async () => {
    now = Date.UTC(2023, 11, 31, 23, 59)
    await sink().makeAhead()
    expect(await partitionsOf('order_item_facts')).toEqual(
      expect.arrayContaining(['order_item_facts_2023_12', 'order_item_facts_2024_01']),
    )
    now = Date.UTC(2026, 10, 21)
  })

  it('costs a statement once, and none for the batches after', async () => {
    const partitions = sink()
    const statements: string[] = []
    db.on('query', ({ sql }: { sql: string }) => statements.push(sql))
    const times = [Date.UTC(2024, 5, 1), Date.UTC(2024, 5, 30), Date.UTC(2024, 6, 1)]
    await partitions.makeFor(times)
    expect(statements).toHaveLength(2)
    await partitions.makeFor(times)
    expect(statements).toHaveLength(2)
    db.removeAllListeners('query')
  })
})

describe('a month whose partition can not be made', () => {
  it('is told of, and its facts are stored; they move when it can be made', async () => {
    await db.raw('alter function add_facts_month rename to not_now')
    const order = orderAt(Date.UTC(2022, 6, 1))
    const partitions = sink()
    expect(await store([order], partitions)).toBe(1)
    expect(log.error).toHaveBeenCalledOnce()
    expect(await placeOf(order)).toEqual(['order_facts_other', 'order_item_facts_other'])

    await db.raw('alter function not_now rename to add_facts_month')
    await partitions.makeAhead()
    expect(await store([order], partitions)).toBe(0)
    expect(await placeOf(order)).toEqual(['order_facts_2022_07', 'order_item_facts_2022_07'])
  })

  it('because the database is away is an outage, and asked for again', async () => {
    const proxy = await faultProxy(url)
    const through = connectDatabase({ url: proxy.through(url), poolSize: 1 })
    const partitions = sink(through)
    const times = [Date.UTC(2022, 7, 1)]
    await proxy.down()
    await expect(partitions.makeFor(times)).rejects.toMatchObject({ retriable: true })
    await proxy.resume()
    await partitions.makeFor(times)
    expect(await partitionsOf('order_facts')).toContain('order_facts_2022_08')
    await through.close()
  })
})
