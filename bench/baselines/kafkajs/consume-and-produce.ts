import { connectConsumer, connectProducer, durable } from './client.ts'
import { topics } from './coupon-topics.ts'

/** As many records out as in, of the same bytes, in batches of the worker's size: no decoding, no decision, no database. */
const BATCH = 2000

const [consumer, producer] = await Promise.all([connectConsumer(topics.requests), connectProducer()])

await consumer.run({
  autoCommit: false,
  eachBatchAutoResolve: false,
  async eachBatch({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat, isRunning, isStale }) {
    const { topic, partition, messages } = batch
    for (let at = 0; at < messages.length && isRunning() && !isStale(); at += BATCH) {
      const part = messages.slice(at, at + BATCH)
      const out = part.map(({ key, value }) => ({ key, value }))
      await producer.send({ ...durable, topic: topics.completed, messages: out })
      const last = part.at(-1)!.offset
      resolveOffset(last)
      const offset = (BigInt(last) + 1n).toString()
      await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] })
      await heartbeat()
    }
  },
})
