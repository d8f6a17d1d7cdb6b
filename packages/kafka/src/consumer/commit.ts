import { setTimeout as sleep } from 'node:timers/promises'
import type { EachBatchPayload } from 'kafkajs'
import { isOutage } from '../errors/outage/outage.ts'

const TRIES = 5
const WAIT_MS = 100

/** Commits everything up to and including `last`. */
export async function commit(payload: EachBatchPayload, last: string): Promise<void> {
  payload.resolveOffset(last)
  await commitAt(payload, (BigInt(last) + 1n).toString())
}

/**
 * Commits `offset` as the next one to read. Given to kafkajs as an explicit offset: its own `commitOffsets` does nothing, in
 * silence, once the consumer is stopping. A coordinator that is away for a moment is asked again, since an idle partition
 * would stay uncommitted until its next message; a rebalance is kafkajs's to handle and is thrown.
 */
export async function commitAt({ batch, commitOffsetsIfNecessary }: EachBatchPayload, offset: string): Promise<void> {
  const { topic, partition } = batch
  for (let attempt = 1; ; attempt++) {
    try {
      return await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] })
    } catch (error) {
      if (attempt === TRIES || !isOutage(error) || isRebalance(error)) throw error
      await sleep(WAIT_MS * attempt)
    }
  }
}

const REBALANCE = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
])

const isRebalance = (error: unknown) =>
  typeof error === 'object' && error !== null && 'type' in error && REBALANCE.has(String(error.type))
