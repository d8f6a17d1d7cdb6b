/** A list of integers as Postgres writes an array: they need no quotes, which pg would look for in each of them. */
export function bigints(values: number[]): string {
  return `{${values.join(',')}}`
}
