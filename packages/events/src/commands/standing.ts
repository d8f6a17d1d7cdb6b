import { catalogue } from '../catalogue.ts'
import type { EventType } from '../event.ts'
import { list } from '../evolution/phrases.ts'
import { readReleased, releasedTopics } from '../released/files.ts'
import { readSources, type Source } from '../released/sources.ts'
import type { Registered, Registry } from './registry.ts'
import { WrongUsage } from './usage.ts'

const events = catalogue as readonly EventType[]

/** A contract as it stands in this tree: its schema of today, if it has one, and what was released of it. */
export interface Standing {
  topic: string
  subject: string
  consumers: readonly string[]
  /** Undefined: retired. */
  source: Source | undefined
  released: ReturnType<typeof readReleased>
}

/** Every contract, or the one of a topic. Throws WrongUsage for a topic that never was. */
export function standings(topic?: string): Standing[] {
  const sources = readSources()
  const topics = [...new Set([...sources.map((source) => source.topic), ...releasedTopics()])].sort()
  if (topic !== undefined && !topics.includes(topic)) {
    throw new WrongUsage(`No topic '${topic}'. There are: ${list(topics)}`)
  }
  return topics
    .filter((one) => topic === undefined || one === topic)
    .map((one) => {
      const known = events.find((event) => event.topic === one)
      return {
        topic: one,
        subject: known?.subject ?? `${one}-value`,
        consumers: known?.consumers ?? [],
        source: sources.find((source) => source.topic === one),
        released: readReleased(one),
      }
    })
}

/** What the registry holds of each, by topic. Throws RegistryAway. */
export async function registeredVersions(
  registry: Registry,
  contracts: readonly Standing[],
): Promise<Map<string, Registered[]>> {
  return new Map(
    await Promise.all(contracts.map(async ({ topic, subject }) => [topic, await registry.versions(subject)] as const)),
  )
}
