import { catalogue, deadLetterTopic, retryTopic } from '@firstcome/events'
import type { Kafka } from '@firstcome/kafka'
import { waitFor } from '@firstcome/testing'
import { query } from '../system.ts'

type Offsets = Pick<Kafka, 'committed' | 'topicOffsets'>

const events = catalogue.filter(({ topic }) => /^(order|payment)-/.test(topic))
const readers = events.flatMap(({ topic, consumers }) => consumers.map((group) => ({ topic, group })))
const retryDelays = [1_000, 2_000]

/**
 * Resolves when nothing is on its way any more: no event waits in an outbox, and every group has taken all that was
 * published, its retries included. Gives how long that took, in ms. Outboxes come before topics, and topics in the order
 * in which one leads to the other, so that nothing slips past between two looks.
 */
export async function drained(kafka: Offsets, timeoutMs = 120_000): Promise<number> {
  const begun = performance.now()
  await waitFor('the outbox of payments to be empty', () => published('payment'), { timeoutMs })
  for (const { topic, group } of readers) {
    await waitFor('the outbox of orders to be empty', () => published('orders'), { timeoutMs })
    await taken(kafka, { group, topic, timeoutMs })
    for (const delay of retryDelays) {
      await taken(kafka, { group: `${group}.retry`, topic: retryTopic(topic, group, delay), timeoutMs })
    }
  }
  return performance.now() - begun
}

async function published(database: string): Promise<boolean> {
  const [row] = await query<{ waiting: number }>(database, 'SELECT count(*)::int AS waiting FROM outbox')
  return row?.waiting === 0
}

function taken(kafka: Offsets, { group, topic, timeoutMs }: { group: string; topic: string; timeoutMs: number }) {
  return waitFor(
    `${group} to have taken all of ${topic}`,
    async () => {
      const ends = await kafka.topicOffsets(topic)
      const committed = await kafka.committed(group, topic)
      return ends.every(({ partition, low, high }) => (committed.get(partition) ?? low) >= high)
    },
    { timeoutMs },
  )
}

/** How many records of the order flow were ever given up on, by all groups. */
export async function deadLetters(kafka: Offsets): Promise<number> {
  let count = 0
  for (const { topic, group } of readers) {
    for (const { high } of await kafka.topicOffsets(deadLetterTopic(topic, group))) count += high
  }
  return count
}
