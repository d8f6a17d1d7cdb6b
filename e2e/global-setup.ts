import { downServices, reportTo, up } from '@firstcome/local'
import { replicas } from './replicas.ts'

/** The shared setup has brought up the test stack's servers; the stories need the services and the gateway as well. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // stdout belongs to the reporter, which may be writing JSON.
  reportTo(process.stderr)
  await up('test', { replicas })
  // Other packages are tested on the same servers after these: idle services would take their share of the processor. In
  // a run of its own the shared setup takes everything down, or leaves it for the next one.
  return process.env.FIRSTCOME_STACK === 'up' ? () => downServices('test') : undefined
}
