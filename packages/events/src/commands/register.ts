/**
 * The deploy step of a producing service: registers what it produces as `<topic>-value`, FULL_TRANSITIVE, before its new
 * version starts. Without a service: every contract of the catalogue. Safe to repeat. It reads no file beside it: as a bundle
 * it runs anywhere.
 *
 *   node register.js [service]
 *
 * Environment: SCHEMA_REGISTRY_URL (base URL of the Confluent-compatible API).
 * Exit code: 0 registered, 1 refused or the registry away, 2 wrong usage, 78 no SCHEMA_REGISTRY_URL.
 */
import { producedBy } from './producers.ts'
import { producesNothing, registerContracts } from './register-contracts.ts'
import { registryAt } from './registry.ts'
import { WrongUsage, withExitCode } from './usage.ts'

process.exitCode = await withExitCode(async () => {
  const url = process.env.SCHEMA_REGISTRY_URL
  if (!url) {
    console.error('SCHEMA_REGISTRY_URL is not set')
    return 78
  }
  const [service, ...more] = process.argv.slice(2)
  if (more.length > 0) throw new WrongUsage('One service at most: register [service]')
  const produced = producedBy(service)
  if (service && produced.length === 0) console.log(producesNothing(service))
  return registerContracts(produced, registryAt(url))
})
