import { catalogue } from '../catalogue.ts'
import type { EventType } from '../event.ts'
import { list } from '../evolution/phrases.ts'
import { WrongUsage } from './usage.ts'

const events = catalogue as readonly EventType[]

/** What a service produces; everything without one. A service that only consumes has nothing. Throws WrongUsage for an unknown one. */
export function producedBy(service: string | undefined): readonly EventType[] {
  if (service === undefined) return events
  const services = [...new Set(events.flatMap(({ producer, consumers }) => [producer, ...consumers]))].sort()
  if (!services.includes(service)) throw new WrongUsage(`No service '${service}'. There are: ${list(services)}`)
  return events.filter(({ producer }) => producer === service)
}
