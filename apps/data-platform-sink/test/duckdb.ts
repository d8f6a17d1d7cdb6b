import { DuckDBInstance, DuckDBTimestampTZValue, type DuckDBValue } from '@duckdb/node-api'

/** Asks a DuckDB in memory, in UTC. Dates, times and UUIDs come as DuckDB writes them, integers of 64 bits as bigint. */
export type Duckdb = (sql: string) => Promise<Record<string, unknown>[]>

export async function connectDuckdb(): Promise<Duckdb> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("set TimeZone = 'UTC'")
  // Points in time are written out here and not by DuckDB: in the time zone of the machine, if nothing else is said.
  DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0
  return async (sql) => {
    const rows = (await connection.runAndReadAll(sql)).getRowObjects()
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])))
  }
}

function plain(value: DuckDBValue): unknown {
  return typeof value === 'object' && value !== null ? String(value) : value
}
