import { orderPlaced } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { waitFor } from '@firstcome/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { anOrder, bench, host, metric, rowsIn } from '../../test/bench.ts'
import { type RelayDependencies, startRelay } from '../index.ts'

const { db, kafka, outbox, config, arrived } = await bench()
const relays: { close(): Promise<void> }[] = []

beforeEach(() => void arrived.splice(0))
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()))
  // The server may hear of it later, and a relay that looks for the lock only once must not come before that.
  await waitFor('their connections to end', async () => {
    const { rows } = await db.raw(`select 1 from pg_stat_activity
      where application_name = 'outbox-relay' and datname = current_database()`)
    return rows.length === 0
  })
  await db('outbox').delete()
})

/** A running relay, as one more replica would have it, but one that is not replaced if this process stands still for a while. */
async function relay(parts: Partial<RelayDependencies> = {}, options?: { pollMs: number }) {
  const { log, metrics } = host()
  const relay = startRelay({ db, kafka, log, metrics, ...parts }, { standstillMs: 60_000, ...options })
  await relay.start()
  relays.push(relay)
  return { metrics, close: relay.close, active: async () => (await metric(metrics, 'outbox_relay_active')) === 1 }
}

const add = (...orders: ReturnType<typeof anOrder>[]) =>
  db.transaction((trx) =>
    outbox.addAll(
      trx,
      orders.map((order) => [orderPlaced, order] as const),
    ),
  )

const drained = () => waitFor('an empty outbox', async () => (await rowsIn(db, 'outbox')) === 0)
const arrivedOf = (count: number) => waitFor(`${count} records`, () => arrived.length >= count)
const ids = () => arrived.map((message) => message.id)

/** Ends the connection of the active relay, which is what Postgres sees of a relay that was killed. */
const cutConnections = () =>
  db.raw(`select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'outbox-relay' and datname = current_database()`)

test('whatever order transactions commit in, every event is published once, in order for each key', async () => {
  await relay()
  const keys = Array.from({ length: 20 }, () => anOrder())
  await db.raw('create table if not exists aggregates (id text primary key, version integer not null)')
  await db('aggregates').insert(keys.map(({ orderId }) => ({ id: orderId, version: 0 })))

  // Writers of one key serialize on the row of their aggregate, as the services' do; writers of different keys overlap.
  const change = (orderId: string) =>
    db.transaction(async (trx) => {
      const [row] = await trx('aggregates').where({ id: orderId }).increment('version').returning('version')
      await outbox.add(trx, orderPlaced, anOrder({ orderId, placedAt: row.version }))
    })
  let left = 1000
  const writer = async () => {
    while (left > 0) await change(keys[left-- % keys.length]!.orderId)
  }
  await Promise.all(Array.from({ length: 8 }, writer))

  await arrivedOf(1000)
  await drained()
  expect(new Set(ids()).size).toBe(1000)
  expect(arrived).toHaveLength(1000)
  for (const { orderId } of keys) {
    const versions = arrived.filter(({ key }) => key === orderId).map(({ value }) => value.placedAt)
    expect(versions).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  }
})

test('more events than a batch holds leave in one go, without waiting for a poll', async () => {
  await add(...Array.from({ length: 1700 }, () => anOrder()))
  const { metrics } = await relay({}, { pollMs: 3_600_000 })
  await arrivedOf(1700)
  await drained()
  expect(await metric(metrics, 'outbox_published_total')).toBe(1700)
})

test('a batch leaves only when all before it has arrived, though it is read before', async () => {
  const { orderId } = anOrder()
  await add(...Array.from({ length: 1700 }, (_, index) => anOrder({ orderId, placedAt: index })))
  const ids = await db('outbox').orderBy('seq').pluck('id')
  const begins: number[] = []
  const sendRecords: typeof kafka.sendRecords = async (records) => {
    begins.push(ids.indexOf(records[0]?.headers.ce_id))
    if (begins.length === 2) throw new Error('Kafka is away for a moment')
    return kafka.sendRecords(records)
  }
  await relay({ kafka: { sendRecords } })
  await arrivedOf(1700)
  await drained()
  expect(begins).toEqual([0, 500, 500, 1000, 1500])
  expect(arrived.map(({ value }) => value.placedAt)).toEqual(Array.from({ length: 1700 }, (_, index) => index))
})

test('a commit in this process wakes the relay', async () => {
  const { active } = await relay({}, { pollMs: 3_600_000 })
  await waitFor('the relay to be active', active)
  await add(anOrder())
  await arrivedOf(1)
  await outbox.addWith(db, { sql: 'nothing as (select 1)', bindings: [] }, orderPlaced, anOrder())
  await arrivedOf(2)
})

test('a notification from another process wakes the relay', async () => {
  const { active } = await relay({}, { pollMs: 3_600_000 })
  await waitFor('the relay to be active', active)
  await copyOfAnEvent()
  await waitFor('the event, notifying', async () => {
    await db.raw('notify outbox')
    return arrived.length > 0
  })
})

test('an event that nobody told the relay about is found by polling', async () => {
  const { active } = await relay()
  await waitFor('the relay to be active', active)
  await copyOfAnEvent()
  await arrivedOf(1)
})

/** A row as another process would insert it: not through this process's outbox. */
async function copyOfAnEvent(): Promise<void> {
  const { topic, key, value, headers } = kafka.encode(orderPlaced, anOrder())
  await db('outbox').insert({
    ...{ id: headers.ce_id, aggregatetype: topic, aggregateid: key, type: headers.ce_type, payload: value },
    headers: JSON.stringify(headers),
  })
}

test('a relay that dies between publishing and deleting is replaced, and its events come again under the same ids', async () => {
  const sendRecords: typeof kafka.sendRecords = async (records) => {
    await kafka.sendRecords(records)
    return new Promise(() => {}) // and is never heard of again
  }
  const dying = await relay({ kafka: { sendRecords } })
  await waitFor('the first relay to be active', dying.active)
  const heir = await relay()
  const orders = [anOrder(), anOrder(), anOrder()]
  await add(...orders)
  await arrivedOf(3)
  expect(await rowsIn(db, 'outbox')).toBe(3)
  expect(await heir.active()).toBe(false)

  await cutConnections()
  await drained()
  await arrivedOf(6)
  const first = ids().slice(0, 3)
  expect(new Set(first).size).toBe(3)
  expect(ids().slice(3).sort()).toEqual(first.sort())
})

test('a relay whose database went away for a moment goes on', async () => {
  const { active } = await relay()
  await waitFor('the relay to be active', active)
  await cutConnections()
  await add(anOrder())
  await arrivedOf(1)
  await drained()
})

test('of two relays one is active, and the other takes over when it stops', async () => {
  const one = await relay()
  await waitFor('the first relay to be active', one.active)
  const two = await relay()
  await add(anOrder())
  await drained()
  expect([await one.active(), await two.active()]).toEqual([true, false])

  await one.close()
  await waitFor('the second relay to be active', two.active)
  expect(await one.active()).toBe(false)
  await add(anOrder())
  await arrivedOf(2)
  await drained()
  expect(arrived).toHaveLength(2)
  expect(await metric(two.metrics, 'outbox_published_total')).toBe(1)
})

test('an event that Kafka refuses is set aside after some tries, and holds up its own key only', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const small = await connectKafka({ ...config, producer: { ...config.producer, recordBytes: 1_000 } }, host(), [
    orderPlaced,
  ])
  const items = Array.from({ length: 300 }, (_, index) => ({ productId: index + 1, quantity: 1, unitPrice: 100_000 }))
  const tooLarge = anOrder({ items })
  const behind = anOrder({ orderId: tooLarge.orderId, placedAt: 2 })
  const other = anOrder()
  await add(tooLarge, behind, other)
  const { metrics } = await relay({ kafka: small })

  await arrivedOf(2)
  expect(arrived.map(({ key }) => key)).toEqual([other.orderId, behind.orderId])
  const parked = await waitFor('one row that is left', async () => {
    const rows = await db('outbox')
    return rows.length === 1 && rows[0]
  })
  expect(parked).toMatchObject({ aggregateid: tooLarge.orderId, attempts: 5, last_error: expect.stringMatching(/./) })
  expect(parked.parked_at).toBeInstanceOf(Date)
  expect(await metric(metrics, 'outbox_parked')).toBe(1)
  expect(await metric(metrics, 'outbox_backlog')).toBe(0)
  await small.close!()
})

test('event ids are forgotten once no topic brings them again, however many they are', async () => {
  await db.raw(`
    insert into inbox select 'old ' || n, now() - interval '31 days' from generate_series(1, 12000) n
    union all select 'young ' || n, now() - interval '29 days' from generate_series(1, 10) n`)
  await relay({}, { pollMs: 3_600_000 })
  await waitFor('the old ones to be gone', async () => (await rowsIn(db, 'inbox')) === 10)
  expect(await db('inbox').where('event_id', 'like', 'old%')).toEqual([])
})
