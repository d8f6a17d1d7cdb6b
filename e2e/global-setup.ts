import { reportTo, up } from '@firstcome/local'

/** The shared setup has brought up the test stack's servers; the stories need the services and the gateway as well. */
export default async function setup(): Promise<void> {
  // stdout belongs to the reporter, which may be writing JSON.
  reportTo(process.stderr)
  await up('test')
}
