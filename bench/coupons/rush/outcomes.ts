import { couponIssueCompleted, couponIssueFailed } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import { atEnd } from '../../measure/endings.ts'
import { patiently } from '../../measure/patiently.ts'
import { until } from '../../measure/until.ts'
import type { CouponArena } from '../arena/arena.ts'

export interface Outcomes {
  /** When (`performance.now()`) the outcome of each request arrived here, by request id. */
  seenAt: Map<string, number>
  close(): Promise<void>
}

/** Follows the outcome topics from where they begin; resolves once it reads. `known` are requests that were answered already. */
export async function followOutcomes({ kafka, prefix, client }: CouponArena): Promise<Outcomes> {
  const seenAt = new Map<string, number>()
  const note: BatchHandler<{ requestId: string }> = async (messages) => {
    const now = performance.now()
    for (const { value } of messages) if (!seenAt.has(value.requestId)) seenAt.set(value.requestId, now)
  }
  const group = 'bench-outcomes'
  const consumer = kafka
    .consumer(group, { maxPollRecords: 500 })
    .onBatch(couponIssueCompleted, note)
    .onBatch(couponIssueFailed, note)
  await consumer.start?.()
  const close = atEnd(async () => consumer.close?.())
  const admin = client.admin()
  await admin.connect()
  await until('the outcomes to be followed', async () => {
    const { groups } = await patiently(() => admin.describeGroups([prefix + group]))
    return groups[0]!.state === 'Stable'
  })
  await admin.disconnect()
  return { seenAt, close }
}
