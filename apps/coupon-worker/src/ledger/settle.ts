import { type Decisions, decide, type PlacedRequest } from '../decide/decide.ts'
import type { Coupon, Outcome } from '../decide/outcome.ts'
import { GIVEN_UP, ISSUED, markOf, packBatch, reasonOf, unpackOutcome } from './letters.ts'
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
  const { clusterId, topic, partition, requests } = batch
  const { progress } = snapshot
  if (progress && progress.clusterId !== clusterId) {
    throw new PositionError(
      `Progress of ${topic}/${partition} belongs to Kafka cluster ${progress.clusterId}, this is ${clusterId}.`,
    )
  }

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

/** A request that comes back from the dead letters is decided by what is left now, unless it was decided before. */
function settleLate(
  snapshot: Snapshot,
  batch: RequestBatch,
  context: { now: number; newCouponId: () => string },
): Settlement {
  const { requests } = batch
  const known = unpackOutcome(snapshot.decided, requests[0]!.offset)
  if (known && known.letter !== GIVEN_UP) {
    return { answers: readBack(snapshot, batch, requests), entry: undefined, gap: 0 }
  }
  const { decided, entry } = decideNow(snapshot, batch, requests, context)
  return { answers: decided, entry, gap: 0 }
}

function decideNow(
  snapshot: Snapshot,
  { clusterId, topic, partition, late = false }: RequestBatch,
  requests: PlacedRequest[],
  context: { now: number; newCouponId: () => string },
): { decided: Answer[]; entry: LedgerEntry } {
  const decisions: Decisions = decide(snapshot, requests, context)
  const decided = requests.map(
    (request, i): Answer => ({ request, outcome: decisions.outcomes[i]!, decidedAt: context.now }),
  )
  const entry = {
    clusterId,
    topic,
    partition,
    expectedOffset: snapshot.progress?.nextOffset ?? null,
    nextOffset: requests.at(-1)!.offset + 1,
    late,
    policies: touched(snapshot, decisions.issued),
    coupons: decisions.issued,
    refused: decisions.refused,
    batch: packBatch(decided, context.now),
  }
  return { decided, entry }
}

/** Every policy the batch was decided upon, those that issued nothing too: their state was just as much a reason. */
function touched({ policies }: Snapshot, issued: Coupon[]): LedgerEntry['policies'] {
  const counts = new Map<number, number>()
  for (const { policyId } of issued) counts.set(policyId, (counts.get(policyId) ?? 0) + 1)
  return policies.map(({ id, version }) => ({ id, version, issued: counts.get(id) ?? 0 }))
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
