import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { atEnd } from './at-end.ts'
import { testStack } from './stack.ts'

export interface TestDatabase {
  url: string
  /** Safe to call more than once. */
  drop(): Promise<void>
}

/**
 * A database of this test file's own, with the `*.sql` files of the folders run in order of their names; dropped after the
 * file. The folders are as for `migrate`, which belongs to a package that must not be imported from here.
 */
export async function testDatabase(migrationFolders: string[] = []): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const server = testStack().postgresUrl
  await execute(server, `create database ${name}`)
  const drop = () => execute(server, `drop database if exists ${name} with (force)`)
  atEnd(drop)

  const url = new URL(server)
  url.pathname = `/${name}`
  for (const folder of migrationFolders) {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
    for (const file of files) await execute(url.href, await readFile(join(folder, file), 'utf8'))
  }
  return { url: url.href, drop }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
