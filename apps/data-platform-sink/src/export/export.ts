import { mkdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knex } from 'knex'
import { type DataSet, dataSets } from './data-sets.ts'
import { type Dates, type Day, daysWithOrders } from './days.ts'
import { createParquetFile, type ParquetFile } from './parquet-file.ts'
import { folderOf, PART, publish, STAGING } from './publish.ts'
import { readRows } from './read-rows.ts'

export interface ExportOptions extends Dates {
  /** Folder that holds a folder per data set; made where it is missing. */
  out: string
  /** Ends the export before anything has changed in `out`. */
  signal: AbortSignal
}

/** What was written of a data set. */
export interface Written {
  name: string
  rows: number
  files: number
  bytes: number
  /** Dates of the span that were there from an earlier run and have no orders (any more). */
  removed: string[]
}

/**
 * Writes the facts of the orders that were confirmed in these days, all of them as they were at one moment. Files are put into
 * place when all are whole, so an export that fails leaves `out` as it was.
 */
export function exportFacts(db: Knex, options: ExportOptions): Promise<Written[]> {
  const snapshot = { isolationLevel: 'repeatable read', readOnly: true } as const
  return db.transaction(async (trx) => {
    const out = await own(trx, options.out)
    const staging = join(out, STAGING)
    // Of a run that was killed.
    await rm(staging, { recursive: true, force: true })
    try {
      const written = dataSets.map(({ name }) => ({ name, rows: 0, files: 0, bytes: 0 }))
      for await (const day of daysWithOrders(trx, options)) {
        for (const [nth, set] of dataSets.entries()) {
          const file = await stage(trx, set, day, { ...options, out })
          if (!file) continue
          const sum = written[nth]!
          sum.rows += file.rows
          sum.files += 1
          sum.bytes += file.bytes
        }
      }
      options.signal.throwIfAborted()
      const published: Written[] = []
      for (const sum of written) published.push({ ...sum, removed: await publish(out, sum.name, options) })
      return published
    } finally {
      await rm(staging, { recursive: true, force: true })
    }
  }, snapshot)
}

/** Two exports into one folder would undo each other's work. The lock goes with the transaction, however that ends. */
async function own(trx: Knex.Transaction, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const out = await realpath(folder)
  const { rows } = await trx.raw<{ rows: { free: boolean }[] }>(
    'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as free',
    [`data-platform export ${out}`],
  )
  if (!rows[0]!.free) throw new Error(`Another export into ${out} is under way`)
  return out
}

/** Undefined where there is nothing to write. */
async function stage(trx: Knex.Transaction, set: DataSet, day: Day, { out, timeZone, signal }: ExportOptions) {
  const folder = join(out, STAGING, set.name, folderOf(day.date))
  let file: ParquetFile | undefined
  for await (const rows of readRows(trx, set, day)) {
    signal.throwIfAborted()
    await mkdir(folder, { recursive: true })
    file ??= createParquetFile(join(folder, PART), set.columns, { 'firstcome.time_zone': timeZone })
    file.append(rows)
  }
  return file?.finish()
}
