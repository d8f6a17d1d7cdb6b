import type { Consumer, KafkaMessage } from 'kafkajs'

/** Messages of a partition between two commits, and partitions at a time. */
const POLL = 10
export const CONCURRENCY = 5

/** Handles one record after the other; the offset is committed after every ten of a partition. */
export async function oneByOne(
  consumer: Consumer,
  handle: (message: KafkaMessage, partition: number) => Promise<void>,
): Promise<void> {
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: CONCURRENCY,
    async eachBatch({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat, isRunning, isStale }) {
      const { topic, partition, messages } = batch
      for (let at = 0; at < messages.length && isRunning() && !isStale(); at += POLL) {
        const polled = messages.slice(at, at + POLL)
        for (const message of polled) await handle(message, partition)
        const last = polled.at(-1)!.offset
        resolveOffset(last)
        const offset = (BigInt(last) + 1n).toString()
        await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] })
        await heartbeat()
      }
    },
  })
}
