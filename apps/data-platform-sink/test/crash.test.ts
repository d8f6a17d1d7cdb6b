import { fileURLToPath } from 'node:url'
import { deadLetterTopic, orderConfirmed } from '@firstcome/events'
import { countOf, ownTopics, testKafka } from '@firstcome/kafka/testing'
import { connectDatabase } from '@firstcome/stores/postgres'
import {
  faultProxy,
  type Intercept,
  startApp,
  testDatabase,
  testPrefix,
  waitFor as waitShortly,
} from '@firstcome/testing'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { confirmedOrder } from '../src/facts/order-confirmed.fixture.ts'

// A group notices a dead member after six seconds, and five sinks start side by side.
vi.setConfig({ testTimeout: 180_000 })

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
/** However busy the machine is. */
const waitFor: typeof waitShortly = (what, probe) => waitShortly(what, probe, { timeoutMs: 80_000 })
const group = 'data-platform-sink'
const COUNT = 60
const killed = { code: null, signal: 'SIGKILL' }
const month = (nth: number) => Date.UTC(2026, nth % 3, 10)
/** Who holds a lock here, or waits for it, is not to be ended by a timeout while others are slow to start. */
const PATIENCE_MS = 300_000
/** The advisory lock that holds a statement between an order and its items. */
const HELD = 1
/** The least a broker allows: how long the partitions of a killed member stay orphaned. */
const MORTAL = { KAFKA_SESSION_TIMEOUT_MS: '6000' }

/** Orders of three months in the log, a database without their partitions, and a note of every write of an order. */
async function scene() {
  const prefix = testPrefix()
  const [{ url }] = await Promise.all([testDatabase([path('../migrations')]), ownTopics(prefix, [orderConfirmed])])
  const db = connectDatabase({ url, poolSize: 4, statementTimeoutMs: PATIENCE_MS })
  afterAll(() => db.close())
  const kafka = await testKafka(prefix, [orderConfirmed])
  await db.raw(`
    create table writes (order_id uuid not null);
    create function note() returns trigger language plpgsql as $$ begin insert into writes values (new.order_id); return new; end $$;
    create trigger note after insert or update on order_facts for each row execute function note()`)
  const orders = Array.from({ length: COUNT }, (_, nth) => confirmedOrder({ confirmedAt: month(nth) }))
  const sent = await Promise.all(orders.map(async (order) => ({ order, ...(await kafka.send(orderConfirmed, order)) })))

  const sink = (more: Record<string, string> = {}) =>
    startApp(
      path('../src/main.ts'),
      { KAFKA_PREFIX: prefix, DATABASE_URL: url, DATABASE_STATEMENT_TIMEOUT_MS: String(PATIENCE_MS), ...more },
      { until: false },
    )
  const stored = async () => Number((await db('order_facts').count())[0]!.count)
  /** Whether someone waits for such a lock; for an advisory one, for that of this number: months are made under one, too. */
  const isAwaited = async (kind: 'advisory' | 'relation' | 'transactionid', advisory?: number) => {
    const { rows } = await db.raw(
      `select from pg_locks join pg_stat_activity using (pid)
       where datname = current_database() and not granted and locktype = :kind and (:advisory::int is null or objid = :advisory)`,
      { kind, advisory: advisory ?? null },
    )
    return rows.length > 0
  }

  /** Every order once, at its place in the log, with its items, nothing given up, nothing left to do. */
  async function expectAllStoredOnce() {
    await waitFor('everything to be committed', async () => {
      const offsets = await kafka.committed(group, orderConfirmed.topic)
      return [...offsets.values()].reduce((sum, offset) => sum + offset, 0) === COUNT
    })
    const rows = await db('order_facts').select('order_id', 'log_partition', 'log_offset')
    const byId = (a: { order_id: string }, b: { order_id: string }) => (a.order_id < b.order_id ? -1 : 1)
    expect(rows.toSorted(byId)).toEqual(
      sent
        .map(({ order, partition, offset }) => ({
          order_id: order.orderId,
          log_partition: partition,
          log_offset: offset,
        }))
        .toSorted(byId),
    )
    expect(await db('order_item_facts').count()).toEqual([{ count: COUNT }])
    expect(await db('writes').count()).toEqual([{ count: COUNT }])
    expect(await countOf(kafka, deadLetterTopic(orderConfirmed.topic, group))).toBe(0)
  }
  return { db, url, sink, stored, isAwaited, expectAllStoredOnce }
}

/** Scenes are made before the tests, which run side by side: most of their time a group waits for a dead member. */
const [leaving, between, answered, committing, fresh] = await Promise.all([scene(), scene(), scene(), scene(), scene()])

/** Lets nothing through on a connection from the statement that stores orders on (`before`), or from its answer on. */
function cutAt(place: 'before' | 'answer', reached: () => void): Intercept {
  return ({ toServer, toClient }) => {
    let storing = false
    const isCut = () => storing && place === 'before'
    return {
      fromClient(bytes) {
        storing ||= bytes.includes('insert into order_facts')
        if (isCut()) reached()
        else toServer(bytes)
      },
      fromServer(bytes) {
        if (storing) reached()
        else toClient(bytes)
      },
    }
  }
}

describe.concurrent('a sink that is killed', () => {
  test.for([
    ['as the statement that stores is about to leave', leaving, 'before'],
    ['when orders are stored, before it sees the answer', answered, 'answer'],
  ] as const)(
    '%s: the next one stores each order once',
    async ([, { url, sink, stored, expectAllStoredOnce }, place], { expect }) => {
      const reached = Promise.withResolvers<void>()
      const proxy = await faultProxy(url, cutAt(place, reached.resolve))
      const first = await sink({ ...MORTAL, DATABASE_URL: proxy.through(url) })
      await reached.promise
      expect(await first.kill()).toEqual(killed)
      const before = await stored()
      if (place === 'before') expect(before).toBe(0)
      else expect(before).toBeGreaterThan(0)

      const second = await sink()
      await expectAllStoredOnce()
      await second.stop()
    },
  )

  test('in the middle of the statement, which goes on without it: the next one waits for it and stores the rest', async ({
    expect,
    onTestFinished,
  }) => {
    const { db, sink, stored, isAwaited, expectAllStoredOnce } = between
    const hold = (how: string) =>
      db.raw(`create or replace function hold() returns trigger language plpgsql as $$ begin ${how} return new; end $$`)
    await hold(`perform pg_advisory_xact_lock_shared(${HELD});`)
    await db.raw('create trigger hold before insert on order_item_facts for each row execute function hold()')
    const holding = await db.transaction()
    onTestFinished(async () => void (holding.isCompleted() || (await holding.rollback())))
    await holding.raw(`select pg_advisory_xact_lock(${HELD})`)
    const first = await sink(MORTAL)
    await waitFor('an order to be written without its items', () => isAwaited('advisory', HELD))
    expect(await first.kill()).toEqual(killed)
    expect(await stored()).toBe(0)

    // Only the first is held: a second that is held at orders of other partitions might never come to those of the first.
    await hold('')
    const second = await sink()
    await waitFor('the second to meet the first', () => isAwaited('transactionid'))
    await holding.commit()
    await expectAllStoredOnce()
    await second.stop()
  })

  test('when orders are stored, as the offset commit is about to leave: the next one writes nothing twice', async ({
    expect,
  }) => {
    const { sink, stored, expectAllStoredOnce } = committing
    const first = await sink({ ...MORTAL, NODE_OPTIONS: `--import=${path('./die-at-offset-commit.ts')}` })
    expect(await first.ended).toEqual(killed)
    expect(await stored()).toBeGreaterThan(0)

    const second = await sink()
    await expectAllStoredOnce()
    await second.stop()
  })

  test('while it makes the partition of a month: the next one makes it', async ({ expect, onTestFinished }) => {
    const { db, sink, isAwaited, expectAllStoredOnce } = fresh
    const holding = await db.transaction()
    onTestFinished(async () => void (holding.isCompleted() || (await holding.rollback())))
    await holding.raw('lock table order_facts_other in access share mode')
    const first = await sink(MORTAL)
    await waitFor('it to wait for the default partition', () => isAwaited('relation'))
    expect(await first.kill()).toEqual(killed)

    const second = await sink()
    await holding.commit()
    await expectAllStoredOnce()
    expect(await db('order_facts_other').count()).toEqual([{ count: 0 }])
    await second.stop()
  })
})
