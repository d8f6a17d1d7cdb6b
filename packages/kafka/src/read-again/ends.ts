import type { Kafka } from '../connect.ts'

/** The ends that some topics have at one moment, and a reader on its way to them. */
export interface Ends {
  /** There is nothing before the ends. */
  empty: boolean
  /** Resolves when everything before the ends was read; rejects when told to give up. */
  reached: Promise<void>
  /** Tells that the record at this offset was read, and with it those before it. */
  read(topic: string, partition: number, offset: number): void
  giveUp(reason: Error): void
}

/** Topics without prefix. */
export async function endsOf(kafka: Pick<Kafka, 'topicOffsets'>, topics: string[]): Promise<Ends> {
  const missing = new Map<string, number>()
  for (const topic of topics) {
    for (const { partition, low, high } of await kafka.topicOffsets(topic)) {
      if (high > low) missing.set(`${topic}/${partition}`, high)
    }
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Whoever does not wait for it must not die of it.
  promise.catch(() => {})
  if (missing.size === 0) resolve()

  return {
    empty: missing.size === 0,
    reached: promise,
    giveUp: reject,
    read(topic, partition, offset) {
      const place = `${topic}/${partition}`
      if (offset + 1 >= (missing.get(place) ?? 0)) missing.delete(place)
      if (missing.size === 0) resolve()
    },
  }
}
