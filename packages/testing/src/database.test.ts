import { Client } from 'pg'
import { expect, test } from 'vitest'
import { testDatabase } from './database.ts'
import { testFolder } from './folder.ts'
import { testStack } from './stack.ts'

test('each database is new, has what its files made in order of their names, and is gone after the drop', async () => {
  const folder = testFolder({
    '0002_b.sql': "insert into a values ('b')",
    '0001_a.sql': 'create table a (name text)',
  })
  const [one, two] = [await testDatabase([folder]), await testDatabase()]

  expect(await query(one.url, 'select name from a')).toEqual([{ name: 'b' }])
  expect(await query(two.url, "select to_regclass('a') as a")).toEqual([{ a: null }])

  // Even while somebody is connected.
  const client = new Client({ connectionString: one.url })
  client.on('error', () => {})
  await client.connect()
  await one.drop()
  const name = new URL(one.url).pathname.slice(1)
  const left = await query(testStack().postgresUrl, `select 1 from pg_database where datname = '${name}'`)
  expect(left).toEqual([])
  await client.end().catch(() => {})
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
