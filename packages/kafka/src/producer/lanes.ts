import type { Identity } from '../client.ts'
import type { Metrics } from '../metrics.ts'
import type { KafkaConfig } from '../settings.ts'
import { createDelivery } from './delivery.ts'
import { createLane } from './lane.ts'
import type { Pending } from './record.ts'

export interface Lanes {
  add(record: Pending): void
  /** Every record that is not settled. */
  unsettled(): Iterable<Pending>
  idle(): Promise<void>
  /** Sees to it that each lane has a connected producer; rejects when no broker takes one. */
  connect(): Promise<void>
  /** Why nothing gets through on one of them at the moment, if so. */
  trouble(): Error | undefined
  close(): Promise<void>
}

/**
 * Several requests in flight, without a risk to the order: a partition belongs to one lane for good, and each lane has its own
 * kafkajs producer, so its own producer id, sequences and sockets.
 */
export function createLanes(config: KafkaConfig, identity: Identity, metrics: Metrics): Lanes {
  const lanes = Array.from({ length: config.producer.lanes }, () => {
    const delivery = createDelivery(config, identity, metrics)
    return { delivery, lane: createLane(config.producer, delivery.deliver) }
  })
  /** Topics in the order of their first record: otherwise the first partition of all of them would share a lane. */
  const seen = new Map<string, number>()

  function laneOf({ topic, partition }: Pending) {
    let first = seen.get(topic)
    if (first === undefined) {
      first = seen.size
      seen.set(topic, first)
    }
    return lanes[(first + partition) % lanes.length]!.lane
  }

  return {
    add: (record) => laneOf(record).add(record),
    *unsettled() {
      for (const { lane } of lanes) yield* lane.unsettled()
    },
    async idle() {
      await Promise.all(lanes.map(({ lane }) => lane.idle()))
    },
    async connect() {
      await Promise.all(lanes.map(({ delivery }) => delivery.connect()))
    },
    trouble: () => lanes.map(({ delivery }) => delivery.trouble()).find((error) => error !== undefined),
    async close() {
      await Promise.all(lanes.map(({ delivery }) => delivery.close()))
    },
  }
}
