import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryCuts, arbitraryLog, arbitraryPolicies, cut } from '../decide/arbitrary-log.ts'
import type { PlacedRequest } from '../decide/decide.ts'
import { oneAtATime, type PlainOutcome } from '../decide/one-at-a-time.ts'
import type { PolicyTerms } from '../decide/shelf.ts'
import { batchOf, context, memoryLedger } from './memory-ledger.ts'
import { PositionError } from './position-error.ts'
import { settle } from './settle.ts'
import type { Answer } from './snapshot.ts'

describe('settle', () => {
  test('gives every delivery of a request the same outcome, whatever is delivered again and however it is cut', () => {
    fc.assert(
      fc.property(arbitraryPolicies, arbitraryLog, arbitraryCuts, arbitraryRewinds, (policies, log, cuts, rewinds) => {
        const expected = new Map(oneAtATime(policies, log).map((outcome, i) => [log[i]!.offset, outcome]))
        const ledger = memoryLedger(policies)
        for (const answer of deliver(log, cuts, rewinds).flatMap((batch) => ledger.answer(batch))) {
          expect(plain(answer)).toEqual(expected.get(answer.request.offset))
        }
        expect(ledger.ranks()).toEqual(ledger.ranks().map((ranks) => ranks.map((_, i) => i + 1)))
      }),
      { numRuns: 1_000 },
    )
  })

  test('repeats an issued coupon to the letter when its request is delivered again', () => {
    const ledger = memoryLedger([policy])
    const [first] = ledger.answer([request(5)])
    const [again] = ledger.answer([request(5)])
    expect(again).toEqual(first)
  })

  test('refuses progress that belongs to another cluster', () => {
    const ledger = memoryLedger([policy])
    ledger.answer([request(5)])
    expect(() => ledger.answer([request(6)], { clusterId: 'another' })).toThrow(PositionError)
  })

  test('refuses a log that holds another request where one was decided', () => {
    const ledger = memoryLedger([policy])
    ledger.answer([request(5)])
    expect(() => ledger.answer([{ ...request(5), requestId: id(77) }])).toThrow(
      /another one than was decided there.*npm run reset.*accept-log/s,
    )
  })

  test('refuses progress beyond the end of a log that it knows nothing of', () => {
    const ledger = memoryLedger([policy])
    ledger.answer([request(500)])
    expect(() => ledger.answer([request(5)], { highWatermark: 6 })).toThrow(/the log ends at 6/)
  })

  test('a worker that woke up late reads back what another one decided in the meantime', () => {
    const ledger = memoryLedger([policy])
    ledger.answer([request(5)])
    const [decided] = ledger.answer([request(6)])
    ledger.answer([request(7), request(8)])
    expect(ledger.answer([request(6)], { highWatermark: 7 })).toEqual([decided])
  })

  test('throws an ordinary error for an offset within the log that was passed over, so that it becomes a dead letter', () => {
    const ledger = memoryLedger([policy])
    ledger.answer([request(5), request(7)])
    const error = catchError(() => ledger.answer([request(6)]))
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(PositionError)
  })

  test('says how many offsets were never seen', () => {
    const ledger = memoryLedger([policy])
    ledger.answer([request(5)])
    expect(settle(ledger.snapshot([request(9)]), batchOf([request(9)]), context()).gap).toBe(3)
  })
})

const policy: PolicyTerms = { id: 1, totalQuantity: 2, ordering: 'strict', opensAt: null, closesAt: null }
const id = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const request = (offset: number): PlacedRequest => ({
  requestId: id(offset),
  couponPolicyId: 1,
  userId: offset,
  requestedAt: 0,
  partition: 0,
  offset,
})

function plain({ outcome }: Answer): PlainOutcome {
  if (outcome.kind === 'issued') return { rank: outcome.coupon.rank }
  return { reason: outcome.kind === 'rejected' ? outcome.reason : 'failed' }
}

function catchError(fn: () => unknown): unknown {
  try {
    fn()
  } catch (error) {
    return error
  }
  throw new Error('did not throw')
}

/** After each batch: how far consumption falls back, as after a crash between the database and the offset. */
const arbitraryRewinds = fc.array(fc.nat({ max: 10 }), { minLength: 1, maxLength: 6 })

/** Cuts what is left anew after each rewind, so that batches overlap those of before in every way. */
function deliver(log: PlacedRequest[], cuts: number[], rewinds: number[]): PlacedRequest[][] {
  const batches = cut(log, cuts)
  return batches.flatMap((batch, i) => {
    const end = log.indexOf(batch.at(-1)!) + 1
    const again = log.slice(Math.max(0, end - rewinds[i % rewinds.length]!), end + i)
    return again.length > 0 && i % 2 === 0 ? [batch, again] : [batch]
  })
}
