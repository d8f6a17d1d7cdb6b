import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testDatabase, testFolder } from '@firstcome/testing'
import { beforeEach, expect, test, vi } from 'vitest'
import { connectDatabase, type Database } from './database.ts'
import { migrate } from './migrate.ts'

let url: string
let db: Database

beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
  url = (await testDatabase()).url
  db = connectDatabase({ url, poolSize: 2 })
  const opened = db
  return () => opened.close()
})

test('files run folder by folder, in the order of their names, and say so', async () => {
  const outbox = testFolder({ '0001_outbox.sql': 'create table steps (step text)' })
  const shop = testFolder({
    '0010_c.sql': "insert into steps values ('c')",
    '0002_b.sql': "insert into steps values ('b1'); insert into steps values ('b2');",
    'README.md': 'not a migration',
  })
  const applied = await migrate(url, [outbox, shop])
  expect(applied).toEqual(['0001_outbox.sql', '0002_b.sql', '0010_c.sql'])
  expect(await db('steps').pluck('step')).toEqual(['b1', 'b2', 'c'])
  expect(vi.mocked(console.log).mock.calls).toEqual(applied.map((name) => [`migrate: applied ${name}`]))
})

test('a second run does nothing, a later file is all that a third one runs', async () => {
  const files = { '0001_a.sql': 'create table a (id int)' }
  const first = testFolder(files)
  await migrate(url, [first])
  expect(await migrate(url, [first])).toEqual([])
  writeFileSync(join(first, '0002_b.sql'), 'create table b (id int)')
  expect(await migrate(url, [first])).toEqual(['0002_b.sql'])
  // From a bundle the same files lie elsewhere.
  expect(await migrate(url, [testFolder({ ...files, '0002_b.sql': '' })])).toEqual([])
})

test('an earlier version bears with what a later one has applied', async () => {
  const [a, c] = [{ '0001_a.sql': 'create table a (id int)' }, { '0003_c.sql': 'create table c (id int)' }]
  await migrate(url, [testFolder({ ...a, '0002_b.sql': 'create table b (id int)' })])
  expect(await migrate(url, [testFolder(a)])).toEqual([])
  expect(await migrate(url, [testFolder({ ...a, ...c })])).toEqual(['0003_c.sql'])
})

test('a file that fails leaves nothing of itself, keeps what came before, and can be run again', async () => {
  const path = testFolder({
    '0001_a.sql': 'create table a (id int)',
    '0002_b.sql': 'create table b (id int); select 1/0',
    '0003_c.sql': 'create table c (id int)',
  })
  await expect(migrate(url, [path])).rejects.toThrow(/0002_b.sql.*division by zero/s)
  expect(await db.schema.hasTable('a')).toBe(true)
  expect(await db.schema.hasTable('b')).toBe(false)
  writeFileSync(join(path, '0002_b.sql'), 'create table b (id int)')
  expect(await migrate(url, [path])).toEqual(['0002_b.sql', '0003_c.sql'])
})

test('question marks in SQL stay what they are', async () => {
  await migrate(url, [
    testFolder({ '0001_a.sql': `-- why?\ncreate table q as select '{"a":1}'::jsonb ? 'a' as has, '?' as mark` }),
  ])
  expect(await db('q').first()).toEqual({ has: true, mark: '?' })
})

test('several processes at a time apply each file once', async () => {
  const path = testFolder({ '0001_a.sql': 'create table a (id int)', '0002_b.sql': 'insert into a values (1)' })
  const applied = await Promise.all([migrate(url, [path]), migrate(url, [path]), migrate(url, [path])])
  expect(applied.flat().sort()).toEqual(['0001_a.sql', '0002_b.sql'])
  expect(await db('a').count()).toEqual([{ count: 1 }])
})

test('a run that was killed while it held the lock does not lock the others out', async () => {
  const path = testFolder({ '0001_a.sql': 'create table a (id int)' })
  await migrate(url, [path])
  await db('migrations_lock').update({ is_locked: 1 })
  writeFileSync(join(path, '0002_b.sql'), 'create table b (id int)')
  expect(await migrate(url, [path])).toEqual(['0002_b.sql'])
})

test('two files of one name are refused before anything runs', async () => {
  const [one, two] = [testFolder({ '0001_a.sql': 'create table a (id int)' }), testFolder({ '0001_a.sql': '' })]
  await expect(migrate(url, [one, two])).rejects.toThrow('two migrations are called 0001_a.sql')
  expect(await db.schema.hasTable('a')).toBe(false)
})
