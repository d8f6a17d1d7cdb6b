import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { testDatabase, testFolder } from '@firstcome/testing'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { exportFacts } from '../src/export/export.ts'
import { factsOf } from '../src/facts/facts.ts'
import { confirmedOrder } from '../src/facts/order-confirmed.fixture.ts'
import { storeFacts } from '../src/facts/store.ts'
import { connectDuckdb, type Duckdb } from './duckdb.ts'

type Order = ReturnType<typeof confirmedOrder>

export const eventId = '01890a5d-ac96-774b-bcce-b302099a8057'
export const orderAt = (time: string, differences = {}) =>
  confirmedOrder({ confirmedAt: Date.parse(time), ...differences })
const signal = AbortSignal.any([])

/** Facts in a database of the test file's own, a folder to export them into, and somebody who reads what is there. */
export function dataLake() {
  const lake = {} as { db: Database; reader: Database; readerUrl: string; out: string }
  let duckdb: Duckdb
  let offset = 0

  beforeAll(async () => {
    const { url } = await testDatabase([fileURLToPath(new URL('../migrations', import.meta.url))])
    lake.db = connectDatabase({ url, poolSize: 2 })
    lake.readerUrl = await readerOf(url)
    lake.reader = connectDatabase({ url: lake.readerUrl, poolSize: 1 })
    duckdb = await connectDuckdb()
  })
  afterAll(async () => {
    await lake.reader?.close()
    await lake.db?.raw(`drop role if exists ${new URL(lake.readerUrl).username}`)
    await lake.db?.close()
  })
  beforeEach(async () => {
    lake.out = testFolder()
    await lake.db.raw('truncate order_facts, order_item_facts')
  })

  /** A role that may read everything and nothing else, as an operator has. */
  async function readerOf(url: string): Promise<string> {
    const changed = new URL(url)
    changed.username = changed.pathname.slice(1)
    changed.password = 'reader'
    const { username } = changed
    await lake.db.raw(`create role ${username} login password 'reader'; grant pg_read_all_data to ${username}`)
    return changed.href
  }

  return Object.assign(lake, {
    store: (...orders: Order[]) =>
      storeFacts(lake.db, factsOf(orders.map((value) => ({ value, id: eventId, partition: 3, offset: offset++ })))),
    exported: (from: string, to: string, timeZone = 'UTC') =>
      exportFacts(lake.reader, { from, to, timeZone, out: lake.out, signal }),
    /** As an analyst asks: `orders` and `items` are the data sets. */
    ask(sql: string) {
      const read = (name: string) => `read_parquet('${lake.out}/${name}/*/*.parquet', hive_partitioning = true)`
      return duckdb(sql.replaceAll('{orders}', read('orders')).replaceAll('{items}', read('order_items')))
    },
    /** Names of all that lies in the folder. */
    everything: () => readdirSync(lake.out, { recursive: true, encoding: 'utf8' }).toSorted(),
  })
}
