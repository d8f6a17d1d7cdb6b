import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from '@firstcome/kafka'

const pollMs = 50

export interface HeardAllOptions {
  kafka: Pick<Kafka, 'topicOffsets' | 'committed'>
  group: string
  /** Without prefix. */
  topic: string
  /** How long the group may take to catch up, in milliseconds. */
  patienceMs: number
}

/**
 * Asks whether the group has consumed all that the topic holds at that moment: not while a replica has died and nobody has
 * its partitions yet, nor while Redis was away. Whoever asks while an answer is being found shares the one after it, so
 * that a flood of questions is one at a time for Kafka. Rejects where Kafka cannot be asked.
 */
export function heardAll({ kafka, group, topic, patienceMs }: HeardAllOptions): () => Promise<boolean> {
  let running: Promise<boolean> | undefined
  let next: Promise<boolean> | undefined

  async function check(): Promise<boolean> {
    const ends = await kafka.topicOffsets(topic)
    // From here on: what a broker takes to say where the topic ends is not the group's time.
    const deadline = performance.now() + patienceMs
    for (;;) {
      const committed = await kafka.committed(group, topic)
      if (ends.every(({ partition, low, high }) => low === high || (committed.get(partition) ?? 0) >= high)) return true
      if (performance.now() >= deadline) return false
      await delay(pollMs)
    }
  }

  async function afterRunning(): Promise<boolean> {
    await running?.catch(() => {})
    running = next
    next = undefined
    return check()
  }

  return () => {
    next ??= afterRunning()
    return next
  }
}
