import type { Admin } from '../admin.ts'

const REFRESH_MS = 5 * 60_000

export interface Partitions {
  /** Number of partitions of a topic (full name), when it is known already. */
  known(topic: string): number | undefined
  /** Asks the broker; rejects with KafkaError `TOPIC_MISSING` or `UNAVAILABLE`. */
  load(topics: string[]): Promise<void>
  close(): void
}

/** How many partitions each topic has: known before a record is sent, so that records can be gathered by partition. */
export function createPartitions(admin: Admin): Partitions {
  const counts = new Map<string, number>()
  async function load(topics: string[]) {
    for (const [topic, count] of await admin.partitions(topics)) counts.set(topic, count)
  }
  // A topic that grew keeps working with the old number meanwhile: only the spread of keys differs.
  const refresh = setInterval(() => void load([...counts.keys()]).catch(() => {}), REFRESH_MS)
  refresh.unref()
  return { known: (topic) => counts.get(topic), load, close: () => clearInterval(refresh) }
}
