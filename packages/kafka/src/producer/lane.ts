import type { ProducerConfig } from '../settings.ts'
import type { Pending } from './record.ts'

export interface Lane {
  add(record: Pending): void
  /** Every record of this lane that is not settled. */
  unsettled(): Iterable<Pending>
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>
}

/** What waits for one partition, oldest first. */
interface Queue {
  records: Pending[]
  bytes: number
}

/**
 * Gathers records per partition and keeps exactly one request in flight; the next one fills meanwhile.
 *
 * When nothing is in flight, records leave as soon as a turn of the event loop brings no further one: a lone record
 * goes at once, a burst goes together. A full partition or the linger bound ends the gathering earlier.
 */
export function createLane(
  config: Pick<ProducerConfig, 'lingerMs' | 'batchBytes' | 'requestBytes'>,
  deliver: (batch: Pending[]) => Promise<void>,
): Lane {
  /** By topic, then by partition: found for every record, so without making a key of the two. */
  const queues = new Map<string, Queue[]>()
  /** Those that are not empty. */
  const waiting = new Set<Queue>()
  let count = 0
  let seen = 0
  let full = false
  let gatheringSince = 0
  let gathering = false
  let inFlight: Pending[] | undefined
  let idlers: (() => void)[] = []

  function gather() {
    if (gathering || inFlight) return
    gathering = true
    gatheringSince = performance.now()
    seen = count
    setImmediate(turn)
  }

  function turn() {
    const more = count > seen
    if (more && !full && performance.now() - gatheringSince < config.lingerMs) {
      seen = count
      setImmediate(turn)
      return
    }
    gathering = false
    void send()
  }

  async function send() {
    inFlight = take()
    // `deliver` settles every record and never rejects.
    await deliver(inFlight)
    inFlight = undefined
    if (count > 0) gather()
    else {
      for (const resolve of idlers) resolve()
      idlers = []
    }
  }

  /** From each partition the oldest records, up to the request's size; those that expired while waiting are left out. */
  function take(): Pending[] {
    const batch: Pending[] = []
    full = false
    for (const queue of waiting) {
      const { records } = queue
      let bytes = 0
      let taken = 0
      while (taken < records.length && (taken === 0 || bytes + records[taken]!.bytes <= config.requestBytes)) {
        const record = records[taken++]!
        bytes += record.bytes
        if (!record.settled) batch.push(record)
      }
      count -= taken
      queue.records = records.slice(taken)
      queue.bytes -= bytes
      if (queue.records.length === 0) waiting.delete(queue)
      full ||= queue.bytes >= config.batchBytes
    }
    return batch
  }

  function queueOf({ topic, partition }: Pending): Queue {
    let ofTopic = queues.get(topic)
    if (!ofTopic) {
      ofTopic = []
      queues.set(topic, ofTopic)
    }
    ofTopic[partition] ??= { records: [], bytes: 0 }
    return ofTopic[partition]
  }

  return {
    add(record) {
      const queue = queueOf(record)
      if (queue.records.push(record) === 1) waiting.add(queue)
      queue.bytes += record.bytes
      full ||= queue.bytes >= config.batchBytes
      count++
      gather()
    },
    *unsettled() {
      for (const record of inFlight ?? []) if (!record.settled) yield record
      for (const { records } of waiting) for (const record of records) if (!record.settled) yield record
    },
    idle: () => (count === 0 && !inFlight ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  }
}
