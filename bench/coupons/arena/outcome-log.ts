import { randomUUID } from 'node:crypto'
import { atEnd } from '../../measure/endings.ts'
import { patiently } from '../../measure/patiently.ts'
import { until } from '../../measure/until.ts'
import type { Arena } from './arena.ts'

/** What was told about one policy, by the broker's clock. Times are epoch milliseconds. */
export interface Told {
  completed: number
  failed: number
  /** How many outcomes came into the log at each moment at which some did. */
  moments: Map<number, number>
  first: number
  last: number
}

/** Reads all outcomes, by policy. */
export async function readOutcomes({ client, topics, prefix }: Arena): Promise<Map<number, Told>> {
  const admin = client.admin()
  await admin.connect()
  const total = await written(admin, [topics.completed, topics.failed])
  await admin.disconnect()

  const told = new Map<number, Told>()
  let count = 0
  const consumer = client.consumer({ groupId: `${prefix}outcomes-${randomUUID()}`, maxWaitTimeInMs: 50 })
  const close = atEnd(() => consumer.disconnect())
  await consumer.connect()
  await consumer.subscribe({ topics: [topics.completed, topics.failed], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      const kind = batch.topic === topics.completed ? 'completed' : 'failed'
      for (const { key, timestamp } of batch.messages) note(told, Number(key!.toString()), kind, Number(timestamp))
      count += batch.messages.length
    },
  })
  await until(`${total} outcomes`, () => count >= total, { timeoutMs: 120_000, told: () => `${count} read` })
  await close()
  return told
}

function note(told: Map<number, Told>, policyId: number, kind: 'completed' | 'failed', at: number): void {
  let policy = told.get(policyId)
  if (!policy) {
    policy = { completed: 0, failed: 0, moments: new Map(), first: at, last: at }
    told.set(policyId, policy)
  }
  policy[kind] += 1
  policy.moments.set(at, (policy.moments.get(at) ?? 0) + 1)
  if (at < policy.first) policy.first = at
  if (at > policy.last) policy.last = at
}

/** Outcomes of these policies that were there at this time. */
export function toldBy(time: number, policies: Told[]): number {
  let count = 0
  for (const { moments } of policies) for (const [at, some] of moments) if (at <= time) count += some
  return count
}

async function written(admin: ReturnType<Arena['client']['admin']>, topics: string[]): Promise<number> {
  let sum = 0
  for (const topic of topics) {
    for (const { high, low } of await patiently(() => admin.fetchTopicOffsets(topic))) sum += Number(high) - Number(low)
  }
  return sum
}
