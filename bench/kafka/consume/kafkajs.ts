import { couponIssueRequested } from '@firstcome/events'
import type { Consumer, KafkaMessage } from 'kafkajs'
import type { Field } from '../cluster.ts'
import type { BenchConsumer } from './consumer.ts'

/** Partitions at a time and the wait for an empty fetch: those of this project's consumer. */
const CONCURRENCY = 5
const MAX_WAIT_MS = 100

async function join({ client, topic }: Field, groupId: string): Promise<Consumer> {
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: MAX_WAIT_MS })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  return consumer
}

/** What no handler can do without: the value, and the event id by which it knows a repetition. */
async function read({ kafka }: Field, { value, headers }: KafkaMessage) {
  return { id: headers?.ce_id?.toString(), value: await kafka.contracts.decode(couponIssueRequested, value) }
}

/** `eachBatch`, cut into slices that are committed one by one. */
export const kafkajsEachBatch = (field: Field, slice: number): BenchConsumer => ({
  name: 'kafkajs eachBatch',
  async start(groupId, handled) {
    const consumer = await join(field, groupId)
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: CONCURRENCY,
      async eachBatch({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat, isRunning, isStale }) {
        const { topic, partition, messages } = batch
        for (let at = 0; at < messages.length && isRunning() && !isStale(); at += slice) {
          const part = messages.slice(at, at + slice)
          for (const message of part) await read(field, message)
          handled(part.length)
          const last = part.at(-1)!.offset
          resolveOffset(last)
          const offset = (BigInt(last) + 1n).toString()
          await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] })
          await heartbeat()
        }
      },
    })
    return () => consumer.disconnect()
  },
})

/** `eachMessage`, told to commit after every so many messages. */
export const kafkajsEachMessage = (field: Field, every: number): BenchConsumer => ({
  name: 'kafkajs eachMessage',
  async start(groupId, handled) {
    const consumer = await join(field, groupId)
    await consumer.run({
      autoCommitThreshold: every,
      partitionsConsumedConcurrently: CONCURRENCY,
      async eachMessage({ message }) {
        await read(field, message)
        handled(1)
      },
    })
    return () => consumer.disconnect()
  },
})
