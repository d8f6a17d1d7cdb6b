/** The same database, on sessions in which nothing can be written, whatever the role may do. */
export function readOnly(url: string): string {
  const target = new URL(url)
  target.searchParams.set('options', '-c default_transaction_read_only=on')
  return target.href
}
