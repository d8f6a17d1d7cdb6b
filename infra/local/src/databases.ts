import pg from 'pg'
import { postgresUrl, type Secrets } from './secrets.ts'
import { databases, operatorRole, type Stack } from './stack.ts'

/** A database and a role per owner, passwords as the secrets say; `operator` reads them all. Safe to repeat. */
export async function ensureDatabases(stack: Stack, secrets: Secrets): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl(stack, secrets) })
  await client.connect()
  try {
    const has = async (query: string, name: string) => (await client.query(query, [name])).rowCount === 1
    for (const role of [operatorRole, ...databases.map((one) => one.role)]) {
      if (!(await has('SELECT FROM pg_roles WHERE rolname = $1', role))) await client.query(`CREATE ROLE ${role}`)
      await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(secrets.passwords[role]!)}`)
    }
    await client.query(`GRANT pg_read_all_data TO ${operatorRole}`)
    for (const { database, role } of databases) {
      if (!(await has('SELECT FROM pg_database WHERE datname = $1', database))) {
        await client.query(`CREATE DATABASE ${database} OWNER ${role}`)
      }
      await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC`)
      await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${operatorRole}`)
    }
  } finally {
    await client.end()
  }
}
