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
import { producedBy, WrongUsage } from './producers.ts'
import { registerContract } from './registration.ts'
import { RegistryAway, registryAt } from './registry.ts'
import { indented } from './report.ts'

process.exitCode = await register(process.argv.slice(2), process.env.SCHEMA_REGISTRY_URL)

async function register([service, ...more]: string[], url: string | undefined): Promise<number> {
  if (!url) {
    console.error('SCHEMA_REGISTRY_URL is not set')
    return 78
  }
  try {
    if (more.length > 0) throw new WrongUsage('One service at most: register [service]')
    const produced = producedBy(service)
    if (produced.length === 0) console.log(`${service} produces no event: nothing to register`)
    const registry = registryAt(url)
    let code = 0
    // One after another: who reads along sees where it stopped.
    for (const event of produced) {
      const outcome = await registerContract(registry, event)
      if ('id' in outcome) console.log(`${outcome.subject.padEnd(32)} id ${outcome.id}`)
      else {
        console.error(`${outcome.subject.padEnd(32)} refused, nothing was written:\n${indented(outcome.refused)}`)
        code = 1
      }
    }
    return code
  } catch (error) {
    if (!(error instanceof WrongUsage || error instanceof RegistryAway)) throw error
    console.error(error.message)
    return error instanceof WrongUsage ? 2 : 1
  }
}
