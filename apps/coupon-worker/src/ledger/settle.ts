import { decide, type PlacedRequest } from '../decide/decide.ts'
import type { Coupon, Outcome } from '../decide/outcome.ts'
import { decisionEntry } from './entry.ts'
import { GIVEN_UP, ISSUED, isDecision, markOf, RETRIED, reasonOf, unpackOutcome } from './letters.ts'
import { PositionError } from './position-error.ts'
import type { Answer, LedgerEntry, RequestBatch, Snapshot } from './snapshot.ts'

export interface Settlement {
  /** One for each request of the batch, in its order. */
  answers: Answer[]
  /** What has to be written before the answers are true; undefined where all of them were read back. */
  entry: LedgerEntry | undefined
  /** Offsets between the stored progress and the batch that nothing was decided about. */
  gap: number
}

/**
 * Answers a batch: requests below the stored progress get the outcome they were given before, the others are decided now.
 * Pure. Throws PositionError where the log is not the one that the ledger was written from.
 */
export function settle(
  snapshot: Snapshot,
  batch: RequestBatch,
  context: { now: number; newCouponId: () => string },
): Settlement {
  const { requests } = batch
  const { progress } = snapshot
  requireSameCluster(snapshot, batch)
  if (batch.late) return settleLate(snapshot, batch, context)

  const nextOffset = progress?.nextOffset ?? requests[0]!.offset
  const firstNew = requests.findIndex(({ offset }) => offset >= nextOffset)
  const known = firstNew === -1 ? requests : requests.slice(0, firstNew)
  const fresh = firstNew === -1 ? [] : requests.slice(firstNew)

  const answers = known.length > 0 ? readBack(snapshot, batch, known) : []
  if (fresh.length === 0) return { answers, entry: undefined, gap: 0 }

  const { decided, entry } = decideNow(snapshot, batch, fresh, context)
  return { answers: answers.concat(decided), entry, gap: fresh[0]!.offset - nextOffset }
}

/** A request that failed in its turn is decided now, by what it held or by what is left, unless it was decided before. */
function settleLate(
  snapshot: Snapshot,
  batch: RequestBatch,
  context: { now: number; newCouponId: () => string },
): Settlement {
  const { requests } = batch
  const known = unpackOutcome(snapshot.decided, requests[0]!.offset)
  if (known && isDecision(known.letter)) {
    return { answers: readBack(snapshot, batch, requests), entry: undefined, gap: 0 }
  }
  const { decided, entry } = decideNow(snapshot, batch, requests, context)
  return { answers: decided, entry, gap: 0 }
}

function decideNow(
  snapshot: Snapshot,
  batch: RequestBatch,
  requests: PlacedRequest[],
  context: { now: number; newCouponId: () => string },
): { decided: Answer[]; entry: LedgerEntry } {
  const decisions = decide(snapshot, requests, context)
  const decided = requests.map(
    (request, i): Answer => ({ request, outcome: decisions.outcomes[i]!, decidedAt: context.now }),
  )
  return { decided, entry: decisionEntry(snapshot, batch, decisions, decided, context.now) }
}

/** @throws {PositionError} where the ledger was written from another cluster. */
export function requireSameCluster({ progress }: Snapshot, { clusterId, topic, partition }: RequestBatch): void {
  if (!progress || progress.clusterId === clusterId) return
  throw new PositionError(
    `Progress of ${topic}/${partition} belongs to Kafka cluster ${progress.clusterId}, this is ${clusterId}.`,
  )
}

function readBack(snapshot: Snapshot, batch: RequestBatch, requests: PlacedRequest[]): Answer[] {
  const coupons = new Map(snapshot.claims.map((coupon) => [coupon.requestId, coupon]))
  return requests.map((request): Answer => {
    const place = `${batch.topic}/${batch.partition} offset ${request.offset}`
    const packed = unpackOutcome(snapshot.decided, request.offset)
    if (packed === undefined) throw missing(snapshot, batch, place)
    if (packed.mark !== markOf(request)) {
      throw new PositionError(`${place} holds request ${request.requestId}, another one than was decided there.`)
    }
    if (packed.letter === RETRIED) throw new Error(`${place} failed before, and was to be tried again`)
    const outcome = toOutcome(packed.letter, coupons.get(request.requestId))
    if (outcome === undefined) throw new Error(`the coupon issued at ${place} is not in the ledger`)
    return { request, outcome, decidedAt: packed.decidedAt }
  })
}

function toOutcome(letter: string, coupon: Coupon | undefined): Outcome | { kind: 'failed' } | undefined {
  if (letter === ISSUED) return coupon && { kind: 'issued', coupon }
  if (letter === GIVEN_UP) return { kind: 'failed' }
  return { kind: 'rejected', reason: reasonOf(letter) }
}

/**
 * Below the progress, yet never decided. Beyond the end of the log that means another log. Otherwise the request was given
 * up on, and the worker died before it could note so: an ordinary error, which sends it to the dead letters again.
 */
function missing({ progress }: Snapshot, { highWatermark }: RequestBatch, place: string): Error {
  if (progress && progress.nextOffset > highWatermark) {
    return new PositionError(
      `Progress stands at offset ${progress.nextOffset}, but the log ends at ${highWatermark}, and ${place} was never decided.`,
    )
  }
  return new Error(`${place} lies below the progress of the ledger, which holds no outcome for it`)
}
