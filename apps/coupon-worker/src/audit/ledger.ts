import type { Column } from './column.ts'
import type { Ids } from './ids.ts'

/** The worker's database as one snapshot of it was. Times are epoch milliseconds. */
export interface Ledger {
  progress: Map<number, { clusterId: string; next: number }>
  policies: Map<number, Policy>
  /** By id, which is the order in which it happened. */
  history: Past[]
  holds: Hold[]
  coupons: Coupons
  refused: Refused
  /** By partition, then by first offset. */
  batches: Batch[]
  /** Users with more than one coupon of a policy: the database should not let them be. */
  twice: { policy: number; user: number; coupons: number }[]
}

export interface Policy {
  id: number
  name: string
  total: number
  issued: number
  held: number
  lastRank: number
  ordering: string
  opensAt: number | null
  closesAt: number | null
  createdAt: number
}

/** A row of `policy_history`. `places`: by partition, the first request that was decided after it. */
export interface Past {
  id: number
  policy: number
  kind: string
  requestId: string | null
  total: number
  opensAt: number | null
  closesAt: number | null
  places: Record<string, number>
  at: number
}

export interface Hold {
  requestId: string
  policy: number
  user: number
  rank: number
  partition: number
  offset: number
}

/** Every column has one entry for each id of `requests`, by its number. */
export interface Coupons {
  requests: Ids
  couponIds: Ids
  /** Number in `couponIds`. */
  couponId: Column
  policy: Column
  user: Column
  rank: Column
  partition: Column
  offset: Column
  issuedAt: Column
  /** Requests that have more than one coupon; the columns have the first. */
  repeated: string[]
}

/** Remembered refusals; `letter` is a character code. */
export interface Refused {
  requests: Ids
  letter: Column
  decidedAt: Column
}

/** A row of `decided_batches`: a letter and four bytes of the request's id for each offset from `first` on. */
export interface Batch {
  partition: number
  first: number
  letters: string
  marks: Buffer
  decidedAt: number
}
