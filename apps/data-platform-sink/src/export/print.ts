import type { Written } from './export.ts'

/** A line per data set. */
export function printWritten(written: Written[]): string {
  return written.map(line).join('\n')
}

function line({ name, rows, files, bytes, removed }: Written): string {
  const sum = `${name}: ${count(rows, 'row')} in ${count(files, 'file')}, ${count(bytes, 'byte')}`
  return removed.length === 0 ? sum : `${sum}; removed, for they have no orders: ${removed.join(', ')}`
}

function count(n: number, what: string): string {
  return `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`
}
