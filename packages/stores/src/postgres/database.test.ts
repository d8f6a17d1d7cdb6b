import { faultProxy, testDatabase, waitFor } from '@firstcome/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connectDatabase, type Database, type Transaction } from './database.ts'
import type { PostgresConfig } from './settings.ts'

let url: string
let db: Database

beforeAll(async () => {
  url = (await testDatabase()).url
  db = connectDatabase({ url, poolSize: 2 })
  await db.start()
  afterAll(() => db.close())
})

function connect(config: Partial<PostgresConfig>): Database {
  const other = connectDatabase({ url, poolSize: 2, ...config })
  onTestFinished(() => other.close())
  return other
}

test('int8 arrives as a number, from counts, columns and returning alike', async () => {
  await db.raw('create table stock (id bigint primary key, name text)')
  expect(await db('stock').insert({ id: Number.MAX_SAFE_INTEGER, name: 'pen' }).returning('id')).toEqual([
    { id: Number.MAX_SAFE_INTEGER },
  ])
  expect(await db('stock').count()).toEqual([{ count: 1 }])
  expect(await db('stock').first('id')).toEqual({ id: Number.MAX_SAFE_INTEGER })
})

test('an int8 beyond 2^53-1 is an error, not a wrong number, and the connection lives on', async () => {
  await expect(db.raw('select 9007199254740993::int8')).rejects.toThrow('does not fit')
  await db.check()
})

test('it tells Postgres who it is', async () => {
  const named = connect({ applicationName: 'the-till' })
  const { rows } = await named.raw('select application_name from pg_stat_activity where pid = pg_backend_pid()')
  expect(rows).toEqual([{ application_name: 'the-till' }])
  expect(named.name).toBe('postgres')
})

test('a statement that takes too long is stopped, which counts as an outage', async () => {
  // We give a statement up ourselves after twice as long: long enough for the server's word to be heard before.
  const hasty = connect({ statementTimeoutMs: 5_000 })
  await expect(hasty.raw('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014', retriable: true })
})

test('a transaction in which nothing happens any more lets go of its locks, and its end is an outage', async () => {
  await db.raw('create table turns (id int primary key)')
  const frozen = connect({ statementTimeoutMs: 2_000 })
  const thawed = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const standing = frozen.transaction(async (trx) => {
    await trx.raw('insert into turns values (1)')
    locked.resolve()
    await thawed.promise
    await trx.raw('insert into turns values (2)')
  })
  await locked.promise

  // Waits for a lock that is not given back by the one who has it.
  await db.raw('insert into turns values (1)')
  thawed.resolve()

  await expect(standing).rejects.toMatchObject({ retriable: true })
  await frozen.check()
})

test('a pool that stays exhausted counts as an outage', async () => {
  const small = connect({ poolSize: 1, acquireTimeoutMs: 3_000 })
  const holding = await small.transaction()
  onTestFinished(async () => void (await holding.rollback()))
  await expect(small.check()).rejects.toMatchObject({ name: 'KnexTimeoutError', retriable: true })
})

test('a mistake in a statement is no outage, inside a transaction neither', async () => {
  for (const mistake of [
    'select 1/0',
    'select * from nowhere',
    "insert into stock values (9007199254740991, 'again')",
  ]) {
    await expect(db.raw(mistake)).rejects.not.toHaveProperty('retriable')
    await expect(db.transaction(async (trx) => void (await trx.raw(mistake)))).rejects.not.toHaveProperty('retriable')
  }
})

test('a deadlock counts as an outage, in the transaction that lost', async () => {
  await db.raw('create table shelves (id int primary key)')
  await db('shelves').insert([{ id: 1 }, { id: 2 }])
  const lock = (trx: Transaction, id: number) => trx('shelves').where({ id }).forUpdate()
  const [one, two] = [await db.transaction(), await db.transaction()]
  await lock(one, 1)
  await lock(two, 2)
  const outcomes = await Promise.allSettled([lock(one, 2), lock(two, 1)].map((query) => query.then(() => 'ok')))
  await Promise.all([one.rollback(), two.rollback()])
  expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
    { reason: { code: '40P01', retriable: true } },
  ])
})

test('while Postgres is away every request is an outage, at once; when it is back they work again', async () => {
  const proxy = await faultProxy(url)
  const through = connect({ url: proxy.through(url), acquireTimeoutMs: 60_000 })
  await through.start()

  await proxy.down()
  const before = performance.now()
  await expect(through.check()).rejects.toMatchObject({ retriable: true })
  await expect(through.transaction(async () => {})).rejects.toMatchObject({ retriable: true })
  // Not after the wait for a connection.
  expect(performance.now() - before).toBeLessThan(30_000)

  await proxy.resume()
  await waitFor('Postgres', () => through.check().then(() => true))
})

test('a connection that breaks in the middle of a transaction is an outage, and nothing of it stays', async () => {
  const proxy = await faultProxy(url)
  const through = connect({ url: proxy.through(url) })
  await db.raw('create table till (amount int)')
  const broken = through.transaction(async (trx: Transaction) => {
    await trx('till').insert({ amount: 1 })
    proxy.reset()
    await trx('till').insert({ amount: 2 })
  })
  await expect(broken).rejects.toMatchObject({ retriable: true })
  expect(await db('till').count()).toEqual([{ count: 0 }])
  await through('till').insert({ amount: 3 })
})

test('a network that went silent is an outage after the timeout, and later requests are not stuck behind it', async () => {
  const proxy = await faultProxy(url)
  const through = connect({ url: proxy.through(url), poolSize: 1, statementTimeoutMs: 1_000 })
  await through.start()
  proxy.swallow()
  await expect(through.transaction(async () => {})).rejects.toMatchObject({ retriable: true })
  await proxy.resume()
  await waitFor('Postgres', () => through.check().then(() => true))
})
