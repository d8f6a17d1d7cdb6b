import type { Field } from './cluster.ts'

/** Runs `work` and holds what it says it sent against the log. Rejects where they differ: such a measurement is void. */
export async function inTheLog<T>(field: Field, name: string, records: number, work: () => Promise<T>): Promise<T> {
  const before = await field.written()
  const result = await work()
  const written = (await field.written()) - before
  if (written !== records) throw new Error(`${name}: ${records} records acknowledged, ${written} in the log`)
  return result
}
