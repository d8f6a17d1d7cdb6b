import { randomUUID } from 'node:crypto'
import { couponPolicyChanged } from '@firstcome/events'
import { endsOf, type Kafka } from '@firstcome/kafka'
import type { Resource } from '@firstcome/service'
import type { Logger } from '../logger.ts'
import type { Policies } from '../policies/policies.ts'

/** A policy that cannot be read must not keep every replica from starting; what is missing is looked up in the read model. */
const patienceMs = 30_000

export interface HearPoliciesOptions {
  kafka: Pick<Kafka, 'consumer' | 'topicOffsets'>
  /** The service's own group: the one of this process is named after it. */
  group: string
  policies: Pick<Policies, 'learn'>
  log: Logger
}

/**
 * Every replica reads all policies itself, and starts only when it knows those that there are. Through the shared group
 * it would depend on others: on the one that has the partition, which may have been killed, its partitions waiting
 * for its session to end; and on Redis, which carries the news. The topic is compacted, so this is little to read.
 *
 * The group is this process's alone and new, so nobody is waited for; Kafka forgets it, as it does all that stay empty.
 */
export function hearPolicies({ kafka, group, policies, log }: HearPoliciesOptions): Resource {
  let close = async () => {}

  return {
    name: 'policies',
    async start() {
      const { topic } = couponPolicyChanged
      const ends = await endsOf(kafka, [topic])
      const consumer = kafka
        .consumer(`${group}.policies-${randomUUID()}`, { maxPollRecords: 500 })
        .onBatch(couponPolicyChanged, async (messages, { partition }) => {
          for (const { value } of messages) policies.learn(value)
          ends.read(topic, partition, messages.at(-1)!.offset)
        })
      const patience = setTimeout(() => ends.giveUp(new Error(`not all read within ${patienceMs} ms`)), patienceMs)
      close = async () => {
        clearTimeout(patience)
        await consumer.close?.()
      }
      await consumer.start?.()
      await ends.reached.catch((error: unknown) => {
        log.error({ err: error, topic }, 'starting without some of the policies')
      })
      clearTimeout(patience)
    },
    close: () => close(),
  }
}
