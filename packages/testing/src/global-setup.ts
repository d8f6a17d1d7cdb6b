import { basename } from 'node:path'
import { leaseTestStack, reportTo } from '@firstcome/local'

/** Brings the test servers up for a vitest run, and takes them down with the last of the runs that share them. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Whoever runs many packages in a row (`npm test`) holds them for all.
  if (process.env.FIRSTCOME_STACK === 'up') return undefined
  // stdout belongs to the reporter, which may be writing JSON.
  reportTo(process.stderr)
  const lease = await leaseTestStack(`the tests of ${basename(process.cwd())}`)
  return () => lease.release()
}
