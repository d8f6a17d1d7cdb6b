import type { Decisions, PlacedRequest } from '../decide/decide.ts'
import type { Hold } from '../decide/outcome.ts'
import { packBatch, packRetried } from './letters.ts'
import type { Answer, LedgerEntry, RequestBatch, Snapshot } from './snapshot.ts'

/** What has to be written before decisions about these requests are true. */
export function decisionEntry(
  snapshot: Snapshot,
  batch: RequestBatch,
  decisions: Decisions,
  answers: Answer[],
  now: number,
): LedgerEntry {
  const { issued, redeemed, ended, refused } = decisions
  const late = batch.late ?? false
  const history: LedgerEntry['history'] = ended.map(({ hold, by }) => ({
    kind: 'hold-ended',
    policyId: hold.policyId,
    requestId: hold.requestId,
    offset: late ? null : by.offset,
  }))
  if (late && outOfItsPlace(answers[0]!, decisions)) {
    const { couponPolicyId: policyId, requestId } = answers[0]!.request
    history.push({ kind: 'decided-late', policyId, requestId, offset: null })
  }
  const over = [...redeemed, ...ended.map(({ hold }) => hold)]
  return {
    ...place(snapshot, batch, answers.at(-1)!.request, late),
    policies: changes(snapshot, { issued, began: [], over }),
    coupons: issued,
    holds: [],
    unheld: over.map(({ requestId }) => requestId),
    refused,
    history,
    batch: packBatch(answers, now),
  }
}

/** Notes that a request is tried again, and what it holds meanwhile. `late`: those behind it were decided before. */
export function holdEntry(
  snapshot: Snapshot,
  batch: RequestBatch,
  hold: Hold | undefined,
  late: boolean,
  now: number,
): LedgerEntry {
  const request = batch.requests[0]!
  const began = hold ? [hold] : []
  return {
    ...place(snapshot, batch, request, late),
    policies: changes(snapshot, { issued: [], began, over: [] }),
    coupons: [],
    holds: began,
    unheld: [],
    refused: [],
    history: [],
    batch: packRetried(request, now),
  }
}

/** Notes that a request was given up, and ends its hold. `late`: it is not the next one of its partition. */
export function giveUpEntry(snapshot: Snapshot, batch: RequestBatch, late: boolean, answer: Answer): LedgerEntry {
  const { request, decidedAt } = answer
  const over = snapshot.holds.filter(({ requestId }) => requestId === request.requestId)
  return {
    ...place(snapshot, batch, request, late),
    policies: changes(snapshot, { issued: [], began: [], over }),
    coupons: [],
    holds: [],
    unheld: over.map(({ requestId }) => requestId),
    refused: [],
    history: over.map(({ policyId, requestId }) => ({ kind: 'hold-ended', policyId, requestId, offset: null })),
    batch: packBatch([answer], decidedAt),
  }
}

function place(
  { progress }: Snapshot,
  { clusterId, topic, partition }: RequestBatch,
  last: PlacedRequest,
  late: boolean,
) {
  const expectedOffset = progress?.nextOffset ?? null
  return { clusterId, topic, partition, expectedOffset, nextOffset: last.offset + 1, late }
}

/** A coupon that was held for the request, or issued to it at its own place before, is no exception from the order. */
function outOfItsPlace({ request, outcome }: Answer, { issued, redeemed }: Decisions): boolean {
  if (redeemed.length > 0) return false
  const owned = outcome.kind === 'issued' && issued.length === 0 ? outcome.coupon : undefined
  return owned?.requestId !== request.requestId || owned.offset !== request.offset
}

/** Every policy that was looked at, those that nothing changes in too: their state was just as much a reason. */
function changes(
  { policies }: Snapshot,
  { issued, began, over }: { issued: { policyId: number; rank: number }[]; began: Hold[]; over: Hold[] },
): LedgerEntry['policies'] {
  const byPolicy = new Map(
    policies.map(({ id, version, lastRank }) => [id, { id, version, issued: 0, held: 0, lastRank }]),
  )
  for (const { policyId, rank } of issued) {
    const change = byPolicy.get(policyId)!
    change.issued += 1
    change.lastRank = Math.max(change.lastRank, rank)
  }
  for (const { policyId, rank } of began) {
    const change = byPolicy.get(policyId)!
    change.held += 1
    change.lastRank = Math.max(change.lastRank, rank)
  }
  for (const { policyId } of over) byPolicy.get(policyId)!.held -= 1
  return [...byPolicy.values()]
}
