import { catalogue } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { endOffsets } from './kafka-tools.ts'

const ours = new Set(catalogue.map(({ topic }) => topic))

/**
 * How many records each topic of the catalogue ever got, its dead-letter topics included, as Kafka's own tool counts them.
 * Other test runs may share the broker; they write below prefixes of their own.
 */
export async function recordCounts(): Promise<Record<string, number>> {
  const counts = await endOffsets()
  return Object.fromEntries([...counts].filter(([topic]) => ours.has(topic.split('.')[0]!)).sort())
}

/** The counts once two readings agree: what earlier tests set in motion has arrived. */
export async function quietTopics(): Promise<Record<string, number>> {
  let last = ''
  return waitFor('the topics to be quiet', async () => {
    const counts = await recordCounts()
    const now = JSON.stringify(counts)
    const quiet = now === last
    last = now
    return quiet && counts
  })
}
