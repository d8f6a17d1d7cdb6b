import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testFolder } from '@firstcome/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { exportFacts } from '../src/export/export.ts'
import { dataLake, eventId, orderAt } from './data-lake.ts'

const MAX = Number.MAX_SAFE_INTEGER
const lake = dataLake()
const { store, exported, ask, everything } = lake

describe('an export', () => {
  it('is read by DuckDB as what was stored: each value, each type', async () => {
    const order = orderAt('2026-11-21T12:34:56.789Z', {
      userId: MAX,
      placedAt: Date.parse('2026-11-21T12:34:50.001Z'),
      totalAmount: MAX,
      items: [
        { productId: 7, quantity: 2, unitPrice: 0 },
        { productId: MAX, quantity: 1, unitPrice: MAX },
      ],
    })
    await store(order)
    await exported('2026-11-01', '2026-12-01')

    const [fact] = await lake.db('order_facts').select('log_offset', lake.db.raw('stored_at::text'))
    expect(await ask('select * from {orders}')).toEqual([
      {
        order_id: order.orderId,
        user_id: BigInt(MAX),
        payment_id: order.paymentId,
        total_amount: BigInt(MAX),
        placed_at: '2026-11-21 12:34:50.001+00',
        confirmed_at: '2026-11-21 12:34:56.789+00',
        event_id: eventId,
        log_partition: 3,
        log_offset: BigInt(fact.log_offset),
        stored_at: fact.stored_at.replace(/[+-]\d+$/, '+00'),
        date: '2026-11-21',
      },
    ])
    const item = { order_id: order.orderId, confirmed_at: '2026-11-21 12:34:56.789+00', date: '2026-11-21' }
    expect(await ask('select * from {items} order by line')).toEqual([
      { ...item, line: 1, product_id: 7n, quantity: 2, unit_price: 0n },
      { ...item, line: 2, product_id: BigInt(MAX), quantity: 1, unit_price: BigInt(MAX) },
    ])
    const types = (name: string) => ask(`select column_name, column_type from (describe select * from {${name}})`)
    expect(Object.fromEntries((await types('orders')).map((one) => [one.column_name, one.column_type]))).toEqual({
      order_id: 'UUID',
      user_id: 'BIGINT',
      payment_id: 'UUID',
      total_amount: 'BIGINT',
      placed_at: 'TIMESTAMP WITH TIME ZONE',
      confirmed_at: 'TIMESTAMP WITH TIME ZONE',
      event_id: 'UUID',
      log_partition: 'INTEGER',
      log_offset: 'BIGINT',
      stored_at: 'TIMESTAMP WITH TIME ZONE',
      date: 'DATE',
    })
  })

  it('has every order of the span once, with its items, the last day not among them', async () => {
    const days = ['2026-10-31', '2026-11-01', '2026-11-15', '2026-11-30', '2026-12-01']
    const edges = days.flatMap((day) => [orderAt(`${day}T00:00:00Z`), orderAt(`${day}T23:59:59.999Z`)])
    await store(...edges, ...Array.from({ length: 6_000 }, () => orderAt('2026-11-15T10:00:00Z', { totalAmount: 7 })))
    await exported('2026-11-01', '2026-12-01')

    expect(
      await ask('select date, count(*) n, sum(total_amount)::bigint total from {orders} group by 1 order by 1'),
    ).toEqual([
      { date: '2026-11-01', n: 2n, total: 6_000n },
      { date: '2026-11-15', n: 6_002n, total: 48_000n },
      { date: '2026-11-30', n: 2n, total: 6_000n },
    ])
    expect(
      await ask(`select count(*) n, count(distinct order_id) orders, sum(quantity * unit_price)::bigint total
                 from {orders} o join {items} i using (order_id, confirmed_at, date)`),
    ).toEqual([{ n: 6_006n, orders: 6_006n, total: 6_006n * 3_000n }])
  })

  it('is a file a day, so that a question about a date opens that file only', async () => {
    await store(...['2026-11-20', '2026-11-21', '2026-11-22'].map((day) => orderAt(`${day}T10:00:00Z`)))
    await exported('2026-11-01', '2026-12-01')
    expect(everything()).toEqual(
      ['orders', 'order_items']
        .flatMap((set) => [
          set,
          ...['20', '21', '22'].flatMap((day) => [
            `${set}/date=2026-11-${day}`,
            `${set}/date=2026-11-${day}/part-0.parquet`,
          ]),
        ])
        .toSorted(),
    )
    const plan = JSON.stringify(await ask("explain analyze select * from {orders} where date = '2026-11-21'"))
    expect(plan).toContain('Scanning Files: 1/3')
  })

  it('has days of the time zone it is asked for', async () => {
    await store(
      orderAt('2026-11-20T14:59:59.999Z'),
      orderAt('2026-11-20T15:00:00Z'),
      orderAt('2026-11-21T14:59:59.999Z'),
    )
    const counts = () => ask('select date, count(*) n from {orders} group by 1 order by 1')
    await exported('2026-11-21', '2026-11-22', 'Asia/Seoul')
    expect(await counts()).toEqual([{ date: '2026-11-21', n: 2n }])
    lake.out = testFolder()
    await exported('2026-11-20', '2026-11-22')
    expect(await counts()).toEqual([
      { date: '2026-11-20', n: 2n },
      { date: '2026-11-21', n: 1n },
    ])
  })

  it('of a span without orders has no files', async () => {
    await store(orderAt('2026-11-20T10:00:00Z'))
    expect(await exported('2026-12-01', '2027-01-01')).toEqual(
      ['orders', 'order_items'].map((name) => ({ name, rows: 0, files: 0, bytes: 0, removed: [] })),
    )
    expect(everything()).toEqual(['order_items', 'orders'])
  })
})

describe('an export over an earlier one', () => {
  it('replaces the days of its span, and leaves the others', async () => {
    const changing = orderAt('2026-11-21T10:00:00Z')
    const vanishing = orderAt('2026-11-22T10:00:00Z')
    await store(orderAt('2026-11-20T10:00:00Z'), changing, vanishing)
    await exported('2026-11-01', '2026-12-01')
    const before = readFileSync(`${lake.out}/orders/date=2026-11-20/part-0.parquet`)

    await store(orderAt('2026-11-21T11:00:00Z'), { ...changing, totalAmount: 5 }, orderAt('2026-11-20T11:00:00Z'))
    await lake.db.raw('delete from order_facts where order_id = ?', [vanishing.orderId])
    await lake.db.raw('delete from order_item_facts where order_id = ?', [vanishing.orderId])
    writeFileSync(join(lake.out, 'orders/date=2026-11-21/part-1.parquet'), 'from a tool that wrote two parts')
    mkdirSync(join(lake.out, '.unfinished/orders/date=2026-11-21'), { recursive: true })
    writeFileSync(join(lake.out, '.unfinished/orders/date=2026-11-21/part-0.parquet'), 'from a run that was killed')

    expect(await exported('2026-11-21', '2026-11-23')).toMatchObject([
      { name: 'orders', rows: 2, files: 1, removed: ['2026-11-22'] },
      { name: 'order_items', rows: 2, files: 1, removed: ['2026-11-22'] },
    ])
    expect(
      await ask('select date, count(*) n, sum(total_amount)::bigint total from {orders} group by 1 order by 1'),
    ).toEqual([
      { date: '2026-11-20', n: 1n, total: 3_000n },
      { date: '2026-11-21', n: 2n, total: 3_005n },
    ])
    expect(readFileSync(`${lake.out}/orders/date=2026-11-20/part-0.parquet`)).toEqual(before)
    expect(everything().filter((name) => name.startsWith('order_items/'))).toEqual([
      'order_items/date=2026-11-20',
      'order_items/date=2026-11-20/part-0.parquet',
      'order_items/date=2026-11-21',
      'order_items/date=2026-11-21/part-0.parquet',
    ])
    expect(everything()).not.toContain('.unfinished')
  })

  it('that is interrupted leaves everything as it was', async () => {
    await store(orderAt('2026-11-21T10:00:00Z'))
    const stop = AbortSignal.abort(new Error('SIGINT'))
    const options = { from: '2026-11-21', to: '2026-11-22', timeZone: 'UTC', out: lake.out, signal: stop }
    await expect(exportFacts(lake.reader, options)).rejects.toThrow('SIGINT')
    expect(everything()).toEqual([])
  })

  it('of the same rows is the same to the byte', async () => {
    await store(...Array.from({ length: 50 }, () => orderAt('2026-11-21T10:00:00Z')))
    const files = () =>
      ['orders', 'order_items'].map((set) => readFileSync(`${lake.out}/${set}/date=2026-11-21/part-0.parquet`))
    await exported('2026-11-21', '2026-11-22')
    const first = files()
    await exported('2026-11-21', '2026-11-22')
    expect(files()).toEqual(first)
  })

  it('that fails leaves everything as it was', async () => {
    await store(orderAt('2026-11-21T10:00:00Z'))
    await exported('2026-11-21', '2026-11-22')
    const before = everything()
    const orders = readFileSync(`${lake.out}/orders/date=2026-11-21/part-0.parquet`)
    await store(orderAt('2026-11-21T11:00:00Z'))
    await lake.db.raw('alter table order_item_facts rename column quantity to amount')
    onTestFinished(
      async () => void (await lake.db.raw('alter table order_item_facts rename column amount to quantity')),
    )

    await expect(exported('2026-11-21', '2026-11-22')).rejects.toThrow('column "quantity" does not exist')
    expect(everything()).toEqual(before)
    expect(readFileSync(`${lake.out}/orders/date=2026-11-21/part-0.parquet`)).toEqual(orders)
  })

  it('that is still under way is not disturbed', async () => {
    const other = await lake.db.transaction()
    onTestFinished(async () => void (await other.rollback()))
    await other.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`data-platform export ${lake.out}`])
    await expect(exported('2026-11-21', '2026-11-22')).rejects.toThrow(`Another export into ${lake.out} is under way`)
  })
})
