import { describe, expect, test } from 'vitest'
import { bytes, numbers } from './column.ts'
import { type Ask, decideAgain, type Happening, type Start, type Testimony } from './model.ts'

const code = (letter = '\0') => letter.charCodeAt(0)

type Said = { user: number; request?: number; at?: number; policy?: number; letter?: string; failed?: boolean }

/** Requests of policy 1 by users; one stands at each offset and is its own, unless it is a `request` from before. */
function asks(said: Said[]): Ask[] {
  return said.map(({ user, request, at = 0, policy = 1, letter, failed = false }, offset) => ({
    request: request ?? offset,
    policy,
    user,
    requestedAt: at,
    offset,
    letter: code(failed ? (letter ?? 'H') : letter),
    alone: failed,
  }))
}

function start(total: number, rest: Partial<Start> = {}): Start {
  const from = { opensAt: null, closesAt: null, owners: [], holds: [], lastRank: 0, gaps: 0 }
  return { policy: 1, exists: true, total, ...from, ...rest }
}

function happening(place: number, kind: string, rest: Partial<Happening> = {}): Happening {
  return { place, policy: 1, kind, request: -1, total: 0, opensAt: null, closesAt: null, ...rest }
}

/** The letter of each request, with the rank where it has one. */
function judge(
  log: Ask[],
  starts: Start[],
  happenings: Happening[] = [],
  { held = [], late = [], ranks = {} }: { held?: number[]; late?: number[]; ranks?: Record<number, number> } = {},
): string[] {
  const said: Testimony = {
    held: (request) => held.includes(request),
    decidedLate: (request) => late.includes(request),
    refusedBefore: () => 0,
    rank: (request) => ranks[request] ?? 0,
  }
  const verdicts = { letter: bytes(), rank: numbers(), held: bytes() }
  decideAgain(log, log.length, starts, happenings, said, verdicts)
  return Array.from(
    { length: verdicts.letter.length },
    (_, request) => String.fromCharCode(verdicts.letter.at(request)) + (verdicts.rank.at(request) || ''),
  )
}

describe('the plain model', () => {
  test('gives the stock to the first, each user once, in the order of the log', () => {
    expect(judge(asks([{ user: 7 }, { user: 8 }, { user: 7 }, { user: 9 }, { user: 7 }]), [start(2)])).toEqual([
      'I1',
      'I2',
      'A',
      'S',
      'A',
    ])
  })

  test('gives a copy the answer of the first, and nothing of the stock', () => {
    const log = asks([{ user: 1 }, { user: 1, request: 0 }, { user: 2 }, { user: 3 }, { user: 3, request: 3 }])
    expect(judge(log, [start(2)])).toEqual(['I1', undefined, 'I2', 'S'].map((one) => one ?? '\0'))
  })

  test('knows no policy before it is made, nor one that never is', () => {
    const log = asks([{ user: 1 }, { user: 2 }, { user: 3, policy: 9 }])
    expect(judge(log, [start(5, { exists: false })], [happening(1, 'created', { total: 5 })])).toEqual(['P', 'I1', 'P'])
  })

  test('opens at its first moment, and is closed from its last one on', () => {
    const log = asks([9, 10, 19, 20].map((at, user) => ({ user, at })))
    expect(judge(log, [start(5, { opensAt: 10, closesAt: 20 })])).toEqual(['N', 'I1', 'I2', 'C'])
  })

  test('says sold out rather than closed, and closed rather than not open', () => {
    const log = asks([{ user: 1 }, { user: 2, at: 50 }, { user: 3, at: 50 }])
    const closed = happening(2, 'closed', { total: 9, opensAt: 60, closesAt: 40 })
    expect(judge(log, [start(1, { closesAt: 20 })], [closed])).toEqual(['I1', 'S', 'C'])
  })

  test('sells what a restock adds to those who ask after it, also to somebody who was refused', () => {
    const log = asks([{ user: 1 }, { user: 2 }, { user: 2 }, { user: 3 }])
    expect(judge(log, [start(1)], [happening(2, 'restocked', { total: 2 })])).toEqual(['I1', 'S', 'I2', 'S'])
  })

  test('keeps the unit and the rank of a hold, whose request has them if it is tried with success', () => {
    const log = asks([{ user: 1, failed: true }, { user: 2 }, { user: 3 }])
    expect(judge(log, [start(2)], [], { held: [0] })).toEqual(['H1', 'I2', 'S'])
    const tried = asks([{ user: 1, failed: true, letter: 'I' }, { user: 2 }, { user: 3 }])
    expect(judge(tried, [start(2)])).toEqual(['I1', 'I2', 'S'])
  })

  test('lets those after the end of a hold have its unit, not those before, and never its rank', () => {
    const log = asks([{ user: 1, failed: true, letter: 'F' }, { user: 2 }, { user: 3 }, { user: 4 }, { user: 5 }])
    const ended = [happening(3, 'hold-ended', { request: 0 })]
    expect(judge(log, [start(2)], ended, { held: [0] })).toEqual(['F', 'I2', 'S', 'I3', 'S'])
  })

  test('holds nothing for a request that would have been refused', () => {
    const log = asks([{ user: 1 }, { user: 2, failed: true }, { user: 3 }])
    const restock = [happening(2, 'restocked', { total: 2 })]
    expect(judge(log, [start(1)], restock, { held: [1] })).toEqual(['I1', 'F', 'I2'])
  })

  test('gives the held unit to a later request of the same user, with the next rank', () => {
    const log = asks([{ user: 1, failed: true }, { user: 2 }, { user: 1 }, { user: 3 }])
    const ended = [happening(2, 'hold-ended', { request: 0 }), happening(4, 'decided-late', { request: 0 })]
    expect(judge(log, [start(2)], ended, { held: [0], late: [0] })).toEqual(['A', 'I2', 'I3', 'S'])
  })

  test('lets the window, too, be why a second request got nothing while the first one was only held', () => {
    const again = (letter: string) =>
      asks([
        { user: 1, failed: true, letter: 'I' },
        { user: 1, at: 50, letter },
      ])
    expect(judge(again('C'), [start(2, { closesAt: 20 })])).toEqual(['I1', 'C'])
    expect(judge(again('A'), [start(2, { closesAt: 20 })])).toEqual(['I1', 'A'])
    expect(judge(again('N'), [start(2, { closesAt: 20 })])).toEqual(['I1', 'A'])
  })

  test('gives a copy what its first one holds', () => {
    const log = asks([{ user: 1, failed: true }, { user: 2 }, { user: 1, request: 0 }])
    expect(judge(log, [start(2)], [], { held: [0] })).toEqual(['I1', 'I2'])
  })

  test('decides late by what is left there, with the next rank', () => {
    const log = asks([{ user: 1, failed: true }, { user: 2 }, { user: 3 }])
    const late = (place: number) => [happening(place, 'decided-late', { request: 0 })]
    expect(judge(log, [start(3)], late(2), { late: [0] })).toEqual(['I2', 'I1', 'I3'])
    expect(judge(log, [start(2)], late(3), { late: [0] })).toEqual(['S', 'I1', 'I2'])
    expect(judge(log, [start(2)], late(2), { late: [0] })).toEqual(['I2', 'I1', 'S'])
  })

  test('decides late after a hold that ended', () => {
    const log = asks([{ user: 1, failed: true, letter: 'I' }, { user: 2 }, { user: 3 }])
    const past = [happening(2, 'hold-ended', { request: 0 }), happening(3, 'decided-late', { request: 0 })]
    expect(judge(log, [start(3)], past, { held: [0], late: [0] })).toEqual(['I4', 'I2', 'I3'])
    expect(judge(log, [start(2)], past, { held: [0], late: [0] })).toEqual(['S', 'I2', 'I3'])
  })

  test('does nothing for a request that was given up without a hold', () => {
    expect(judge(asks([{ user: 1, failed: true, letter: 'F' }, { user: 2 }]), [start(1)])).toEqual(['F', 'I1'])
  })

  test('goes on from what was there before the log begins, and cannot know how many ranks ended holds had used', () => {
    const before = { owners: [{ user: 1, request: -1, rank: 1 }], lastRank: 1 }
    const log = asks([{ user: 1 }, { user: 2 }, { user: 3 }])
    expect(judge(log, [start(2, before)], [], { ranks: { 1: 4 } })).toEqual(['A', 'I2', 'S'])
    expect(judge(log, [start(3, { ...before, gaps: 2 })], [], { ranks: { 1: 4, 2: 9 } })).toEqual(['A', 'I4', 'I5'])
    expect(judge(log, [start(3, { ...before, gaps: 1 })], [], { ranks: { 1: 4 } })).toEqual(['A', 'I2', 'I3'])
  })
})
