import type { Knex } from 'knex'
import type { Column, DataSet } from './data-sets.ts'

/** From `low` to before `high`. */
export interface Span {
  low: Date
  high: Date
}

export type Row = Record<string, unknown>

/** Few enough to be held beside a row group, many enough that asking for them costs nothing. */
const PAGE = 5_000

/** The rows of a span, page by page, through a cursor of this transaction: what is held here does not grow with the span. */
export async function* readRows(trx: Knex.Transaction, { table, columns, order }: DataSet, span: Span) {
  const select = `select ${columns.map(expression).join(', ')} from ${table} where confirmed_at >= ? and confirmed_at < ?`
  await trx.raw(`declare facts no scroll cursor for ${select} order by ${order}`, [span.low, span.high])
  while (true) {
    const { rows } = await trx.raw<{ rows: Row[] }>(`fetch ${PAGE} from facts`)
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) break
  }
  await trx.raw('close facts')
}

/** In forms that lose nothing on the way: bytes of a UUID, microseconds as text, for they may go beyond 2^53. */
function expression({ name, type }: Column): string {
  if (type === 'UUID') return `uuid_send(${name}) as ${name}`
  if (type === 'TIMESTAMP') return `(extract(epoch from ${name}) * 1000000)::bigint::text as ${name}`
  return type === 'INT64' ? `${name}::text` : name
}
