import { catalogue } from '../catalogue.ts'
import type { EventType } from '../event.ts'
import { list } from '../evolution/phrases.ts'

const events = catalogue as readonly EventType[]

/** The command was not called as it wants to be: exit code 2. */
export class WrongUsage extends Error {}

/** What a service produces; everything without one. A service that only consumes has nothing. Throws WrongUsage for an unknown one. */
export function producedBy(service: string | undefined): readonly EventType[] {
  if (service === undefined) return events
  const services = [...new Set(events.flatMap(({ producer, consumers }) => [producer, ...consumers]))].sort()
  if (!services.includes(service)) throw new WrongUsage(`No service '${service}'. There are: ${list(services)}`)
  return events.filter(({ producer }) => producer === service)
}

/** The event of a topic; all without one. Throws WrongUsage for an unknown topic. */
export function eventsOf(topic: string | undefined): readonly EventType[] {
  if (topic === undefined) return events
  const found = events.filter((event) => event.topic === topic)
  if (found.length === 0)
    throw new WrongUsage(`No topic '${topic}'. There are: ${list(events.map((one) => one.topic))}`)
  return found
}
