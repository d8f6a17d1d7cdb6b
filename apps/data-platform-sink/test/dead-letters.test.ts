import { fileURLToPath } from 'node:url'
import { deadLetterTopic, orderConfirmed, retryTopic } from '@firstcome/events'
import { countOf, testKafka } from '@firstcome/kafka/testing'
import { connectDatabase, migrate } from '@firstcome/stores/postgres'
import { runNode, startApp, testDatabase, testPrefix, testStack, testTopics, waitFor } from '@firstcome/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { confirmedOrder } from '../src/facts/order-confirmed.fixture.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const prefix = testPrefix()
const [database] = await Promise.all([testDatabase(), testTopics(prefix)])
await migrate(database.url, [path('../migrations')])
const db = connectDatabase({ url: database.url, poolSize: 2 })
const kafka = await testKafka(prefix, [orderConfirmed])
afterAll(() => db.close())

const group = 'data-platform-sink'
const dlt = deadLetterTopic(orderConfirmed.topic, group)
const poisoned = 1000
const healthy = 200

/** The operator's tool, as a process of its own. */
async function tool(...args: string[]) {
  const { brokers, registryUrl } = testStack()
  const env = { KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl, KAFKA_PREFIX: prefix }
  const child = runNode(path('../../../packages/kafka/src/commands/dlt.ts'), env, args)
  const { code } = await child.ended
  if (code !== 0) throw new Error(`dlt ${args.join(' ')} ended with ${code}:\n${child.output()}`)
  return child.output()
}

/** As an operator: once more where the tool says that Kafka was too slow for the run, which then sent nothing or can not tell. */
async function replay(...args: string[]) {
  const run = () => tool('replay', ...args, '--yes')
  await run().catch((error: Error) => {
    if (!/Kafka took too long|the next replay finds out/.test(error.message)) throw error
    return run()
  })
}

/** Every write of an order by the sink, so that a second one shows. */
const writes = async () => {
  const { rows } = await db.raw<{ rows: { total: number; orders: number }[] }>(
    'select count(*)::int as total, count(distinct order_id)::int as orders from writes',
  )
  return rows[0]!
}

/** Two bugs, as a deployment might bring them: some orders can not be stored, for one reason or the other. */
const break_ = () =>
  db.raw(`
    create table writes (order_id uuid not null);
    create function note() returns trigger language plpgsql as $$ begin insert into writes values (new.order_id); return new; end $$;
    create trigger note after insert or update on order_facts for each row execute function note();
    create function bug() returns trigger language plpgsql as $$ begin
      if new.user_id = 1 then raise exception 'no price for this product'; end if;
      if new.user_id = 2 then raise exception 'an address that is too long'; end if;
      return new;
    end $$;
    create trigger bug before insert on order_facts for each row execute function bug()`)
const fix = () => db.raw('drop trigger bug on order_facts')

describe('a thousand orders that a bug keeps from being stored', () => {
  test('are parked by reason, replayed once the bug is fixed, and stored exactly once; the others never noticed', async () => {
    await break_()
    const app = await startApp(path('../src/main.ts'), { KAFKA_PREFIX: prefix, DATABASE_URL: database.url })
    const orders = [
      ...Array.from({ length: poisoned }, (_, i) => confirmedOrder({ userId: 1 + (i % 2) })),
      ...Array.from({ length: healthy }, () => confirmedOrder({ userId: 3 })),
    ]
    const shuffled = orders.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))
    await Promise.all(shuffled.map((order) => kafka.send(orderConfirmed, order)))

    await waitFor('the healthy ones', async () => (await writes()).total === healthy, { timeoutMs: 120_000 })
    await waitFor('the dead letters', async () => (await countOf(kafka, dlt)) === poisoned, { timeoutMs: 120_000 })

    const causes = JSON.parse(await tool('list', '--group', group, '--json')) as { reason: string; open: number }[]
    expect(causes.map(({ reason, open }) => [reason, open]).toSorted()).toEqual([
      ['an address that is too long', poisoned / 2],
      ['no price for this product', poisoned / 2],
    ])

    expect(await tool('replay', '--group', group)).toMatch(/1,?000/)
    expect(await countOf(kafka, retryTopic(orderConfirmed.topic, group, 1000))).toBe(poisoned)

    await fix()
    await replay('--reason', 'no price', '--note', 'prices are back')
    await waitFor('half of them', async () => (await writes()).orders === poisoned / 2 + healthy, {
      timeoutMs: 120_000,
    })
    await replay('--group', group)
    await waitFor('all orders', async () => (await writes()).orders === poisoned + healthy, { timeoutMs: 120_000 })

    // A second time there is nothing left to do.
    const again = await tool('replay', '--group', group, '--state', 'all', '--yes')
    expect(again).toContain(`Replayed 0 letters.\nSkipped ${poisoned}, replayed already`)
    expect(await writes()).toEqual({ total: poisoned + healthy, orders: poisoned + healthy })
    expect(await countOf(kafka, dlt)).toBe(poisoned)
    await app.stop()
  }, 300_000)
})
