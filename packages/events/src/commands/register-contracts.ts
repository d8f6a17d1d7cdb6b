import type { EventType } from '../event.ts'
import { indented } from '../evolution/report.ts'
import { registerContract } from './registration.ts'
import type { Registry } from './registry.ts'

/** Registers one contract after another, so that who reads along sees where it stopped; answers the exit code. */
export async function registerContracts(events: readonly EventType[], registry: Registry): Promise<number> {
  let code = 0
  for (const event of events) {
    const outcome = await registerContract(registry, event)
    if ('id' in outcome) {
      console.log(`${outcome.subject.padEnd(32)} id ${outcome.id}`)
      continue
    }
    console.error(
      `${outcome.subject.padEnd(32)} refused, nothing was written:\n${indented(outcome.refused, 2).join('\n')}`,
    )
    code = 1
  }
  return code
}

/** What `register [service]` says where a service publishes nothing. */
export const producesNothing = (service: string) => `${service} produces no event: nothing to register`
