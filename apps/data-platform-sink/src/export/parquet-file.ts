import { closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import { zstdCompressSync } from 'node:zlib'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import type { Column } from './data-sets.ts'
import type { Row } from './read-rows.ts'

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema']
type Element = Schema[number]

/** Rows that are held in memory, and that a reader may skip as a whole. */
const ROW_GROUP = 50_000

/** A new file that takes rows one page after the other; a row group of them is held in memory. */
export interface ParquetFile {
  append(rows: Row[]): void
  /** After it the file is whole and on the disk. */
  finish(): { rows: number; bytes: number }
}

/** @param metadata kept in the file's footer. */
export function createParquetFile(
  path: string,
  columns: readonly Column[],
  metadata: Record<string, string>,
): ParquetFile {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(element)],
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    createdBy: 'firstcome data-platform export',
  })
  const sources = columns.map((column) => ({ name: column.name, data: [] as unknown[], value: valueIn(column) }))
  let held = 0
  let rows = 0

  function writeGroup() {
    writer.write({ columnData: sources.map(({ name, data }) => ({ name, data })), rowGroupSize: ROW_GROUP })
    for (const { data } of sources) data.length = 0
    rows += held
    held = 0
  }

  return {
    append(page) {
      for (const row of page) {
        for (const { data, value } of sources) data.push(value(row))
        held += 1
        if (held === ROW_GROUP) writeGroup()
      }
    },
    finish() {
      if (held > 0) writeGroup()
      writer.finish()
      const file = openSync(path, 'r')
      fsyncSync(file)
      closeSync(file)
      return { rows, bytes: statSync(path).size }
    },
  }
}

function element({ name, type }: Column): Element {
  const common = { name, repetition_type: 'REQUIRED' } as const
  switch (type) {
    case 'UUID':
      return { ...common, type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } }
    case 'TIMESTAMP':
      // A point in time, not the reading of some clock on a wall: readers show it in their own time zone.
      return { ...common, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } }
    default:
      return { ...common, type }
  }
}

function valueIn({ name, type }: Column): (row: Row) => unknown {
  const isBig = type === 'INT64' || type === 'TIMESTAMP'
  return (row) => (isBig ? BigInt(row[name] as string) : row[name])
}
