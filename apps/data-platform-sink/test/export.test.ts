import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { runNode, testDatabase, testFolder } from '@firstcome/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { exportFacts } from '../src/export/export.ts'
import { factsOf } from '../src/facts/facts.ts'
import { confirmedOrder } from '../src/facts/order-confirmed.fixture.ts'
import { storeFacts } from '../src/facts/store.ts'
import { connectDuckdb, type Duckdb } from './duckdb.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const MAX = Number.MAX_SAFE_INTEGER

let db: Database
let readerUrl: string
let reader: Database
let duckdb: Duckdb
let out: string
let offset = 0

beforeAll(async () => {
  const { url } = await testDatabase([path('../migrations')])
  db = connectDatabase({ url, poolSize: 2 })
  readerUrl = await readerOf(url)
  reader = connectDatabase({ url: readerUrl, poolSize: 1 })
  duckdb = await connectDuckdb()
})
afterAll(async () => {
  await reader?.close()
  await db?.raw(`drop role if exists ${new URL(readerUrl).username}`)
  await db?.close()
})
beforeEach(async () => {
  out = testFolder()
  await db.raw('truncate order_facts, order_item_facts')
})

/** A role that may read everything and nothing else, as an operator has. */
async function readerOf(url: string): Promise<string> {
  const changed = new URL(url)
  changed.username = changed.pathname.slice(1)
  changed.password = 'reader'
  await db.raw(`create role ${changed.username} login password 'reader'; grant pg_read_all_data to ${changed.username}`)
  return changed.href
}

const store = (...orders: ReturnType<typeof confirmedOrder>[]) =>
  storeFacts(db, factsOf(orders.map((value) => ({ value, id: ID, partition: 3, offset: offset++ }))))
const orderAt = (time: string, differences = {}) => confirmedOrder({ confirmedAt: Date.parse(time), ...differences })

async function tool(args: string[], env: Record<string, string> = { DATABASE_URL: readerUrl }) {
  const child = runNode(path('../src/commands/data-platform.ts'), env, args)
  const { code } = await child.ended
  return { code, output: child.output() }
}

const signal = AbortSignal.any([])
const exported = (from: string, to: string, timeZone = 'UTC') =>
  exportFacts(reader, { from, to, timeZone, out, signal })

/** As an analyst asks: `orders` and `items` are the data sets. */
function ask(sql: string) {
  const read = (name: string) => `read_parquet('${out}/${name}/*/*.parquet', hive_partitioning = true)`
  return duckdb(sql.replaceAll('{orders}', read('orders')).replaceAll('{items}', read('order_items')))
}

const everything = () => readdirSync(out, { recursive: true, encoding: 'utf8' }).toSorted()

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

    const [fact] = await db('order_facts').select('log_offset', db.raw('stored_at::text'))
    expect(await ask('select * from {orders}')).toEqual([
      {
        order_id: order.orderId,
        user_id: BigInt(MAX),
        payment_id: order.paymentId,
        total_amount: BigInt(MAX),
        placed_at: '2026-11-21 12:34:50.001+00',
        confirmed_at: '2026-11-21 12:34:56.789+00',
        event_id: ID,
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
    out = testFolder()
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
    const before = readFileSync(`${out}/orders/date=2026-11-20/part-0.parquet`)

    await store(orderAt('2026-11-21T11:00:00Z'), { ...changing, totalAmount: 5 }, orderAt('2026-11-20T11:00:00Z'))
    await db.raw('delete from order_facts where order_id = ?', [vanishing.orderId])
    await db.raw('delete from order_item_facts where order_id = ?', [vanishing.orderId])
    writeFileSync(join(out, 'orders/date=2026-11-21/part-1.parquet'), 'from a tool that wrote two parts')
    mkdirSync(join(out, '.unfinished/orders/date=2026-11-21'), { recursive: true })
    writeFileSync(join(out, '.unfinished/orders/date=2026-11-21/part-0.parquet'), 'from a run that was killed')

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
    expect(readFileSync(`${out}/orders/date=2026-11-20/part-0.parquet`)).toEqual(before)
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
    const options = { from: '2026-11-21', to: '2026-11-22', timeZone: 'UTC', out, signal: stop }
    await expect(exportFacts(reader, options)).rejects.toThrow('SIGINT')
    expect(everything()).toEqual([])
  })

  it('of the same rows is the same to the byte', async () => {
    await store(...Array.from({ length: 50 }, () => orderAt('2026-11-21T10:00:00Z')))
    const files = () =>
      ['orders', 'order_items'].map((set) => readFileSync(`${out}/${set}/date=2026-11-21/part-0.parquet`))
    await exported('2026-11-21', '2026-11-22')
    const first = files()
    await exported('2026-11-21', '2026-11-22')
    expect(files()).toEqual(first)
  })

  it('that fails leaves everything as it was', async () => {
    await store(orderAt('2026-11-21T10:00:00Z'))
    await exported('2026-11-21', '2026-11-22')
    const before = everything()
    const orders = readFileSync(`${out}/orders/date=2026-11-21/part-0.parquet`)
    await store(orderAt('2026-11-21T11:00:00Z'))
    await db.raw('alter table order_item_facts rename column quantity to amount')
    onTestFinished(async () => void (await db.raw('alter table order_item_facts rename column amount to quantity')))

    await expect(exported('2026-11-21', '2026-11-22')).rejects.toThrow('column "quantity" does not exist')
    expect(everything()).toEqual(before)
    expect(readFileSync(`${out}/orders/date=2026-11-21/part-0.parquet`)).toEqual(orders)
  })

  it('that is still under way is not disturbed', async () => {
    const other = await db.transaction()
    onTestFinished(async () => void (await other.rollback()))
    await other.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`data-platform export ${out}`])
    await expect(exported('2026-11-21', '2026-11-22')).rejects.toThrow(`Another export into ${out} is under way`)
  })
})

describe('the command', () => {
  const november = ['--from', '2026-11-01', '--to', '2026-12-01']

  it('writes what it is told to, as a role that may only read, and says what it wrote', async () => {
    await store(orderAt('2026-11-20T10:00:00Z'), orderAt('2026-11-21T10:00:00Z'))
    const { code, output } = await tool(['export', ...november, '--format', 'parquet', '--out', out])
    expect(output).toMatch(/^orders: 2 rows in 2 files, [\d,]+ bytes\norder_items: 2 rows in 2 files, [\d,]+ bytes\n$/)
    expect(code).toBe(0)
    expect(await ask('select count(*) n from {orders} join {items} i using (order_id)')).toEqual([{ n: 2n }])

    const size = (set: string) =>
      ['20', '21'].reduce(
        (sum, day) => sum + readFileSync(`${out}/${set}/date=2026-11-${day}/part-0.parquet`).length,
        0,
      )
    const again = await tool(['export', ...november, '--out', out, '--json', '--time-zone', 'Asia/Seoul'])
    expect(JSON.parse(again.output)).toEqual({
      from: '2026-11-01',
      to: '2026-12-01',
      timeZone: 'Asia/Seoul',
      written: ['orders', 'order_items'].map((name) => ({ name, rows: 2, files: 2, bytes: size(name), removed: [] })),
    })
  })

  it('that fails says why and ends with 1', async () => {
    writeFileSync(join(out, 'file'), '')
    const { code, output } = await tool(['export', ...november, '--out', join(out, 'file')])
    expect(output).toMatch(/^EEXIST: file already exists/)
    expect(code).toBe(1)
  })

  it('says what is wrong with its arguments, and ends with 2', async () => {
    const { code, output } = await tool(['export', ...november])
    expect(output).toMatch(/^--out is missing: the folder to write into\n\nUsage:/)
    expect(code).toBe(2)
  })

  it('shows its usage', async () => {
    const { code, output } = await tool(['--help'], {})
    expect(output).toMatch(/^Usage: data-platform export/)
    expect(code).toBe(0)
  })
})
