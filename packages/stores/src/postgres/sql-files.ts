import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface SqlFile {
  name: string
  sql: string
}

/** The `*.sql` files of the folders, in the order they run. @throws if a name occurs twice: it could only run once. */
export async function readMigrations(folders: string[]): Promise<SqlFile[]> {
  const files = new Map<string, SqlFile>()
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
    for (const name of names) {
      if (files.has(name)) throw new Error(`two migrations are called ${name}; rename the one that is not released yet`)
      files.set(name, { name, sql: await readFile(join(folder, name), 'utf8') })
    }
  }
  return [...files.values()]
}
