import { couponIssueRequested } from '@firstcome/events'
import type { PlacedRequest } from '../decide/decide.ts'
import type { Coupon, Hold } from '../decide/outcome.ts'
import type { PolicyTerms } from '../decide/shelf.ts'
import { settle } from './settle.ts'
import { settleGivenUp, settleRetry } from './settle-failed.ts'
import type { Answer, LedgerEntry, RequestBatch, Snapshot, VersionedPolicy } from './snapshot.ts'

export const batchOf = (requests: PlacedRequest[], changes: Partial<RequestBatch> = {}): RequestBatch => ({
  clusterId: 'cluster',
  topic: couponIssueRequested.topic,
  partition: 0,
  highWatermark: 10_000,
  requests,
  ...changes,
})

export const context = () => ({ now: 1_000, newCouponId: () => 'coupon' })

/** The ledger's tables as arrays: shows `settle` what `load` shows it, and keeps what `record` keeps. For properties, which try thousands of them. */
export function memoryLedger(terms: PolicyTerms[]) {
  const policies: VersionedPolicy[] = terms.map((each) => ({ ...each, issued: 0, held: 0, lastRank: 0, version: 0 }))
  const coupons: Coupon[] = []
  const refused: LedgerEntry['refused'] = []
  const batches: LedgerEntry['batch'][] = []
  const history: LedgerEntry['history'] = []
  let holds: Hold[] = []
  let progress: Snapshot['progress'] = null

  function snapshot(requests: PlacedRequest[]): Snapshot {
    const asked = new Set(requests.map(({ couponPolicyId, userId }) => `${couponPolicyId}/${userId}`))
    const concerns = ({ policyId, userId }: Hold) => asked.has(`${policyId}/${userId}`)
    return {
      progress,
      policies: policies
        .filter(({ id }) => requests.some(({ couponPolicyId }) => couponPolicyId === id))
        .map((one) => ({ ...one })),
      claims: coupons.filter(concerns),
      holds: holds.filter(concerns),
      rejections: refused.filter(({ requestId }) => requests.some((request) => request.requestId === requestId)),
      decided: [...batches],
    }
  }

  function keep(entry: LedgerEntry): void {
    for (const { id, issued, held, lastRank } of entry.policies) {
      const policy = policies.find((one) => one.id === id)!
      Object.assign(policy, { issued: policy.issued + issued, held: policy.held + held, lastRank })
      if (policy.issued + policy.held > policy.totalQuantity) throw new Error('never_over_stock')
    }
    coupons.push(...entry.coupons)
    holds = [...holds.filter(({ requestId }) => !entry.unheld.includes(requestId)), ...entry.holds]
    refused.push(...entry.refused)
    history.push(...entry.history)
    const at = batches.findIndex(({ firstOffset }) => firstOffset === entry.batch.firstOffset)
    if (at >= 0 && entry.late) batches[at] = entry.batch
    else batches.push(entry.batch)
    if (!entry.late) progress = { clusterId: entry.clusterId, nextOffset: entry.nextOffset }
  }

  return {
    snapshot,
    history,
    policies,
    answer(requests: PlacedRequest[], changes: Partial<RequestBatch> = {}): Answer[] {
      const { answers, entry } = settle(snapshot(requests), batchOf(requests, changes), context())
      if (entry) keep(entry)
      return answers
    },
    hold(request: PlacedRequest): void {
      const entry = settleRetry(snapshot([request]), batchOf([request]), 1_000)
      if (entry) keep(entry)
    },
    giveUp(request: PlacedRequest): Answer {
      const { answer, entry } = settleGivenUp(snapshot([request]), batchOf([request]), 1_000)
      if (entry) keep(entry)
      return answer
    },
    change(policyId: number, to: (policy: VersionedPolicy) => Partial<VersionedPolicy>): void {
      const policy = policies.find(({ id }) => id === policyId)
      if (policy) Object.assign(policy, to(policy))
    },
    ranks: () => terms.map(({ id }) => coupons.filter(({ policyId }) => policyId === id).map(({ rank }) => rank)),
    coupons,
  }
}
