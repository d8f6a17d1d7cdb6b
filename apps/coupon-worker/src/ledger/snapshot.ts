import type { Known, PlacedRequest } from '../decide/decide.ts'
import type { Coupon, Hold, Outcome, RejectionReason } from '../decide/outcome.ts'
import type { Policy } from '../decide/shelf.ts'

/** What the worker has to say to a request: a decision, or that it was given up on and lies in the dead-letter topic. */
export type Answer = { request: PlacedRequest; outcome: Outcome | { kind: 'failed' }; decidedAt: number }

/** Consecutive requests of one partition, and the log they were read from. */
export interface RequestBatch {
  clusterId: string
  topic: string
  partition: number
  /** End of the log when the batch was fetched: the offset the next record will get. */
  highWatermark: number
  /** Ascending offsets, all of `partition`, at least one. */
  requests: PlacedRequest[]
  /** A single request that is tried again or replayed: those after it have been decided without it. */
  late?: boolean
}

/** A policy and the version of it that decisions are made upon. */
export interface VersionedPolicy extends Policy {
  version: number
}

/** What was decided from `firstOffset` on; see the table `decided_batches`. */
export interface DecidedBatch {
  firstOffset: number
  /** One letter per offset. */
  outcomes: string
  /** Four bytes per offset. */
  requestMarks: Buffer
  decidedAt: number
}

/** Everything the ledger knows that bears upon one batch, read in one statement, so that the parts agree. */
export interface Snapshot extends Known {
  progress: { clusterId: string; nextOffset: number } | null
  policies: VersionedPolicy[]
  /** Earlier notes about the very offsets of the batch: only after a redelivery is there any. */
  decided: DecidedBatch[]
}

/** What one batch changes, written all or nothing, and only upon the state that was decided upon. */
export interface LedgerEntry {
  clusterId: string
  topic: string
  partition: number
  /** Progress the decision was made upon: null for a partition without any. */
  expectedOffset: number | null
  nextOffset: number
  /** Leaves progress where it is. */
  late: boolean
  /** Every policy that was looked at, with what changes: `issued` and `held` by how much, `lastRank` to what. */
  policies: { id: number; version: number; issued: number; held: number; lastRank: number }[]
  coupons: Coupon[]
  /** Holds that begin, and the requests whose holds are over. */
  holds: Hold[]
  unheld: string[]
  refused: { requestId: string; reason: RejectionReason }[]
  /** In their order. `offset`: from which request of this partition on it holds; null: from where all partitions stand now. */
  history: { kind: 'hold-ended' | 'decided-late'; policyId: number; requestId: string; offset: number | null }[]
  batch: DecidedBatch
}
