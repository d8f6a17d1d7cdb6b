import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryCuts, arbitraryLog, arbitraryPolicies, arbitraryStory, type Story } from '../decide/arbitrary-log.ts'
import type { PlacedRequest } from '../decide/decide.ts'
import { type Incident, oneAtATime, type PlainOutcome } from '../decide/one-at-a-time.ts'
import type { PolicyTerms } from '../decide/shelf.ts'
import { memoryLedger } from './memory-ledger.ts'
import type { Answer } from './snapshot.ts'

describe('requests that fail and are tried again', () => {
  test('get what deciding one at a time gives them, and so does everybody else, whatever fails, dies, is restocked or closed', () => {
    always({ deaths: true, changes: true }, (policies, log, story, cuts) => {
      const { outcomes } = play(policies, log, story, cuts)
      expect(outcomes).toEqual(oneAtATime(policies, log, story))
    })
  })

  test('win what they had won without failing: under strict the same users own the coupons, though any requests failed on their way', () => {
    always({ deaths: false, changes: false }, (drawn, log, story, cuts) => {
      const policies = drawn.map((policy) => ({ ...policy, ordering: 'strict' as const }))
      // A user who asks again while the first try is in retry may be judged by another moment; that is told by the other property.
      const alone = log.filter((request, i) => log.findIndex((one) => sameAsker(one, request)) === i)
      const { owners } = play(policies, alone, story, cuts)
      const unharmed = play(policies, alone, { failing: new Set(), before: [] }, cuts)
      expect(owners).toEqual(unharmed.owners)
    })
  })

  test('never lose a coupon to a later request: whoever was sold out had no one behind them served from the same stock', () => {
    always({ deaths: true, changes: false }, (drawn, log, story, cuts) => {
      const policies = drawn.map((policy) => ({ ...policy, ordering: 'strict' as const }))
      const { outcomes, putBack } = play(policies, log, story, cuts)
      for (const [i, outcome] of outcomes.entries()) {
        if (!outcome || !('reason' in outcome) || outcome.reason !== 'COUPON_SOLD_OUT' || story.failing.has(i)) continue
        // A copy hears what the first one was told: units that came back in between are not for it.
        if (!isFirst(log, i)) continue
        const { couponPolicyId: policyId } = log[i]!
        const behind = outcomes.flatMap((other, j) =>
          j > i && other && 'rank' in other && log[j]!.couponPolicyId === policyId && isFirst(log, j) ? [j] : [],
        )
        const unitsBack = putBack.filter((one) => one.policyId === policyId && one.before > i).length
        expect(behind.length).toBeLessThanOrEqual(unitsBack)
      }
    })
  })

  test('leave ranks that ascend with the log wherever nothing was decided out of its place', () => {
    always({ deaths: true, changes: true }, (policies, log, story, cuts) => {
      const { coupons, history } = play(policies, log, story, cuts)
      const late = new Set(history.filter(({ kind }) => kind === 'decided-late').map(({ requestId }) => requestId))
      for (const { id } of policies) {
        const inPlace = coupons.filter(({ policyId, requestId }) => policyId === id && !late.has(requestId))
        const byPlace = inPlace.toSorted((a, b) => a.offset - b.offset).map(({ rank }) => rank)
        expect(byPlace).toEqual(byPlace.toSorted((a, b) => a - b))
      }
    })
  })
})

type Property = (policies: PolicyTerms[], log: PlacedRequest[], story: Story, cuts: number[]) => void

function always(told: Parameters<typeof arbitraryStory>[0], property: Property): void {
  fc.assert(fc.property(arbitraryPolicies, arbitraryLog, arbitraryStory(told), arbitraryCuts, property), {
    numRuns: 2_500,
  })
}

const sameAsker = (a: PlacedRequest, b: PlacedRequest) => a.userId === b.userId && a.couponPolicyId === b.couponPolicyId

/** Of several copies of a request the one that counts. */
const isFirst = (log: PlacedRequest[], i: number) =>
  log.findIndex(({ requestId }) => requestId === log[i]!.requestId) === i

/** Runs a log through a ledger as the worker would: in batches, with what fails set aside at its turn, and incidents in between. */
function play(policies: PolicyTerms[], log: PlacedRequest[], { failing, before }: Story, cuts: number[]) {
  const ledger = memoryLedger(policies)
  const outcomes: (PlainOutcome | undefined)[] = log.map(() => undefined)
  const putBack: { policyId: number; before: number }[] = []
  let at = 0

  function tell(answers: Answer[]): void {
    for (const answer of answers) {
      const i = log.findIndex(({ offset }) => offset === answer.request.offset)
      outcomes[i] = plain(answer)
    }
  }

  function happen(incident: Incident): void {
    if (incident.kind === 'restock') {
      ledger.change(incident.policyId, ({ totalQuantity }) => ({ totalQuantity: totalQuantity + incident.add }))
    } else if (incident.kind === 'close') {
      ledger.change(incident.policyId, () => ({ closesAt: incident.closesAt }))
    } else {
      const request = log[incident.index]
      if (!request) return
      const past = ledger.history.length
      tell(incident.kind === 'retry' ? ledger.answer([request], { late: true }) : [ledger.giveUp(request)])
      notePutBack(past)
    }
  }

  function notePutBack(past: number): void {
    for (const { kind, policyId } of ledger.history.slice(past)) {
      if (kind === 'hold-ended') putBack.push({ policyId, before: at })
    }
  }

  for (let turn = 0; at < log.length; turn += 1) {
    before[at]?.forEach(happen)
    if (failing.has(at)) {
      ledger.hold(log[at]!)
      at += 1
      continue
    }
    let end = Math.min(log.length, at + cuts[turn % cuts.length]!)
    for (let i = at + 1; i < end; i += 1) if (failing.has(i) || (before[i]?.length ?? 0) > 0) end = i
    const past = ledger.history.length
    const batch = log.slice(at, end)
    at = end
    tell(ledger.answer(batch))
    notePutBack(past)
  }
  before.slice(log.length).flat().forEach(happen)

  const owners = policies.map(({ id }) =>
    ledger.coupons
      .filter(({ policyId }) => policyId === id)
      .map(({ userId }) => userId)
      .toSorted((a, b) => a - b),
  )
  return { outcomes, owners, putBack, coupons: ledger.coupons, history: ledger.history }
}

function plain({ outcome }: Answer): PlainOutcome {
  if (outcome.kind === 'issued') return { rank: outcome.coupon.rank }
  return { reason: outcome.kind === 'rejected' ? outcome.reason : 'FAILED' }
}
