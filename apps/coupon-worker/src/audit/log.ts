import { bytes, type Column, integers, numbers } from './column.ts'
import { createIds, type Ids } from './ids.ts'

/** One partition of the log as far as it was decided, a row for each request, in order. */
export interface PartitionLog {
  partition: number
  /** First offset that the log still holds, the first one that is not decided yet, and the end. */
  low: number
  next: number
  high: number
  /** Time of the first record, epoch milliseconds; Infinity where there is none. */
  begins: number
  /** Records that are no coupon requests: they go to the dead letters, and there is nobody to tell. */
  unreadable: number
  /** Requests from before what the ledger still remembers outcomes of. */
  forgotten: number
  offset: Column
  /** Number in the log's `requests`. */
  request: Column
  policy: Column
  user: Column
  requestedAt: Column
  /** What the ledger says of this place; 1 where it has a note of its own about it. */
  letter: Column
  alone: Column
}

/** The requests of all partitions below the progress, and what is known of each distinct one, by its number. */
export interface RequestLog {
  requests: Ids
  partitions: PartitionLog[]
  /** Where it stands first: index in `partitions`, and row there. */
  partitionOf: Column
  rowOf: Column
  /** Its outcome in the ledger (a decision, else given up, else in retry), and when that was noted. */
  letter: Column
  decidedAt: Column
  /** Requests whose copies ask for something else: no rule says which one counts. */
  contradictory: Set<number>
}

export function createLog(): RequestLog {
  return {
    requests: createIds(),
    partitions: [],
    partitionOf: integers(),
    rowOf: integers(),
    letter: bytes(),
    decidedAt: numbers(),
    contradictory: new Set(),
  }
}

export function addPartition(log: RequestLog, span: Pick<PartitionLog, 'partition' | 'low' | 'next' | 'high'>): void {
  log.partitions.push({
    ...span,
    begins: Number.POSITIVE_INFINITY,
    unreadable: 0,
    forgotten: 0,
    offset: numbers(),
    request: integers(),
    policy: numbers(),
    user: numbers(),
    requestedAt: numbers(),
    letter: bytes(),
    alone: bytes(),
  })
}

export interface Asked {
  requestId: string
  couponPolicyId: number
  userId: number
  requestedAt: number
}

/** Takes in the next request of a partition. */
export function addRequest(log: RequestLog, index: number, offset: number, asked: Asked): void {
  const part = log.partitions[index]!
  const known = log.requests.size
  const request = log.requests.add(asked.requestId)
  if (request === known) {
    log.partitionOf.push(index)
    log.rowOf.push(part.offset.length)
  } else {
    const first = firstAsk(log, request)
    if (first.policy !== asked.couponPolicyId || first.user !== asked.userId) log.contradictory.add(request)
  }
  part.offset.push(offset)
  part.request.push(request)
  part.policy.push(asked.couponPolicyId)
  part.user.push(asked.userId)
  part.requestedAt.push(asked.requestedAt)
}

/** The request as it was first asked. */
export function firstAsk(log: RequestLog, request: number) {
  const part = log.partitions[log.partitionOf.at(request)]!
  const row = log.rowOf.at(request)
  return {
    policy: part.policy.at(row),
    user: part.user.at(row),
    partition: part.partition,
    offset: part.offset.at(row),
    part,
  }
}

/** The row of the request at or after an offset. */
export function rowAt(part: PartitionLog, offset: number): number {
  let low = 0
  let high = part.offset.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (part.offset.at(middle) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether the request stands at this place; undefined where the place is not among those that were read. */
export function standsAt(log: RequestLog, request: number, partition: number, offset: number): boolean | undefined {
  const part = log.partitions.find((one) => one.partition === partition)
  if (!part || offset < part.low || offset >= part.next) return undefined
  const row = rowAt(part, offset)
  return part.offset.at(row) === offset && row < part.offset.length && part.request.at(row) === request
}

/** How a finding names a request. */
export function nameOf(log: RequestLog, request: number): string {
  const { partition, offset, user } = firstAsk(log, request)
  return `request ${log.requests.nameOf(request)} (user ${user}, at ${partition}/${offset})`
}
