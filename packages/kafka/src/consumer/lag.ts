import type { Logger } from 'pino'
import type { Admin } from '../admin.ts'
import type { Metrics } from '../metrics.ts'
import { type Age, createAge } from './age.ts'

/**
 * Knows how far the partitions of one member are behind, and answers for them in the metrics. A place is `topic/partition`,
 * without prefix; what is said of one that is not this member's is ignored.
 */
export interface Progress {
  /** This member's partitions by full topic name, after each rebalance. Others are not told of any more. */
  assigned(assignment: Record<string, number[]>): void
  /** The partition works on a record of this time, or waits with it; of a retry, the time it falls due. Epoch milliseconds. */
  standsAt(place: string, timestamp: number): void
  /** Committed: `next` is the first offset not handled, `highWatermark` the log's end when the batch was fetched. */
  movedOn(place: string, next: number, highWatermark: number): void
  stop(): void
}

interface Options {
  /** Without prefix: the label. `groupId` is with it. */
  group: string
  groupId: string
  prefix: string
  admin: Pick<Admin, 'positions'>
  metrics: Metrics
  intervalMs: number
  log: Logger
  now?: () => number
}

interface Place {
  full: string
  topic: string
  partition: number
  /** Committed position and end of the log, once known. */
  next?: number
  high?: number
  age: Age
  /** The question that was the last one when the partition itself told something. */
  told: number
}

/** The partition loop tells what it does; the brokers are asked as well, as a partition that stands still tells nothing. */
export function trackProgress(options: Options): Progress {
  const { group, groupId, prefix, admin, metrics, intervalMs, log, now = Date.now } = options
  let places = new Map<string, Place>()
  let questions = 0
  let asking = false
  let stopped = false

  async function ask() {
    if (asking || stopped || places.size === 0) return
    asking = true
    const question = ++questions
    try {
      const positions = await admin.positions(groupId, [...new Set([...places.values()].map(({ full }) => full))])
      for (const place of places.values()) {
        const found = positions.get(place.full)?.find(({ partition }) => partition === place.partition)
        // What a partition told meanwhile is newer than the answer.
        if (!found || place.told >= question) continue
        place.next = Math.max(found.committed ?? 0, found.low)
        place.high = found.high
        place.age.lagIs(lagOf(place)!)
      }
    } catch (error) {
      // Readiness and the partitions themselves tell of an outage; the last values stand until it is over.
      log.debug({ err: error }, 'The lag could not be measured')
    } finally {
      asking = false
    }
  }

  const standings = () =>
    [...places.values()].map((place) => ({
      labels: { consumergroup: group, topic: place.topic, partition: place.partition },
      lag: lagOf(place),
      ageSeconds: place.age.seconds(),
    }))
  metrics.standings.add(standings)

  const timer = setInterval(ask, intervalMs)
  timer.unref()

  return {
    assigned(assignment) {
      const ours = Object.entries(assignment).flatMap(([full, partitions]) =>
        partitions.map((partition): [string, Place] => {
          const topic = full.slice(prefix.length)
          const name = `${topic}/${partition}`
          return [name, places.get(name) ?? { full, topic, partition, age: createAge(now), told: 0 }]
        }),
      )
      places = new Map(ours)
      void ask()
    },
    standsAt(name, timestamp) {
      const place = places.get(name)
      if (!place) return
      place.told = questions
      place.age.standsAt(timestamp)
    },
    movedOn(name, next, highWatermark) {
      const place = places.get(name)
      if (!place) return
      place.told = questions
      place.next = next
      place.high = Math.max(place.high ?? 0, highWatermark)
      // What lies behind the end of this batch came after its records, and has no age of theirs.
      place.age.lagIs(Math.max(0, highWatermark - next))
      place.age.lagIs(lagOf(place)!)
    },
    stop() {
      stopped = true
      clearInterval(timer)
      places.clear()
      metrics.standings.delete(standings)
    },
  }
}

const lagOf = ({ next, high }: Place) =>
  next === undefined || high === undefined ? undefined : Math.max(0, high - next)
