import type { Column } from './column.ts'
import { ALREADY, CLOSED, GIVEN_UP, ISSUED, isDecision, NO_POLICY, NOT_OPEN, RETRIED, SOLD_OUT } from './letters.ts'

/**
 * First come, first served, as plainly as it can be said: one request after the other, everything remembered. Shares no
 * code with the worker, on purpose. What the log cannot say (that a request failed in its turn) comes from the ledger.
 */
export interface Ask {
  /** Its number; a copy has that of the first one. */
  request: number
  policy: number
  user: number
  requestedAt: number
  offset: number
  /** What the ledger says at this place. */
  letter: number
  /** The ledger has a note of its own about this place: it may have failed here, and been tried again. */
  alone: boolean
}

/** What takes effect just before the request at `place` is decided. Ordered by place, then as it happened. */
export interface Happening {
  place: number
  policy: number
  kind: string
  /** Of `hold-ended` and `decided-late`. */
  request: number
  /** Of `decided-late`, where the log no longer holds the request: who got a coupon, if anybody. */
  user?: number | undefined
  total: number
  opensAt: number | null
  closesAt: number | null
}

/** A policy where the log begins. */
export interface Start {
  policy: number
  /** False where it is made later: a happening says so. */
  exists: boolean
  total: number
  opensAt: number | null
  closesAt: number | null
  /** Where nobody knows the place at which it was made: the word of the ledger counts for what was asked before. */
  madeAt?: number | undefined
  owners: { user: number; request: number; rank: number }[]
  holds: { user: number; request: number; rank: number }[]
  lastRank: number
  /** Ranks above `lastRank` that holds may have used which ended before the log begins. */
  gaps: number
}

export interface Testimony {
  /** It kept its place when it failed, or keeps it still. */
  held(request: number): boolean
  decidedLate(request: number): boolean
  /** Its letter, where a copy of it was refused before this moment and the log no longer holds that copy; else 0. */
  refusedBefore(request: number, requestedAt: number): number
  /** The rank that the ledger has for it, 0 for none. Asked only where the log cannot tell. */
  rank(request: number): number
}

/** By request: what has to have come of it (RETRIED: holds its place; GIVEN_UP: failed, to no effect), and with which rank. */
export interface Verdicts {
  letter: Column
  rank: Column
  /** 1 where it held its place for some time. */
  held: Column
}

interface Shelf extends Omit<Start, 'owners' | 'holds'> {
  issued: number
  held: number
  owners: Map<number, { request: number; alone: boolean }>
  /** By user. */
  holds: Map<number, { request: number; rank: number }>
}

/** Decides the log of one partition again, from its start to `end`. */
export function decideAgain(
  asks: Iterable<Ask>,
  end: number,
  starts: Start[],
  happenings: Happening[],
  said: Testimony,
  verdicts: Verdicts,
): void {
  const shelves = new Map(starts.map((start) => [start.policy, openShelf(start)]))
  const ahead = Map.groupBy(happenings, ({ policy }) => policy)
  const next = new Map<number, number>()
  for (const { request, rank } of starts.flatMap(({ owners }) => owners))
    if (request >= 0) answer(request, ISSUED, rank)
  /** Those that failed in their turn, as they asked. */
  const failed = new Map<number, Ask>()

  function answer(request: number, letter: number, rank = 0): void {
    verdicts.letter.set(request, letter)
    verdicts.rank.set(request, rank)
  }

  function nextRank(shelf: Shelf, request: number): number {
    const rank = shelf.gaps > 0 ? said.rank(request) : 0
    const skipped = rank - shelf.lastRank - 1
    if (skipped > 0 && skipped <= shelf.gaps) {
      shelf.gaps -= skipped
      shelf.lastRank += skipped
    }
    shelf.lastRank += 1
    return shelf.lastRank
  }

  function endHold(shelf: Shelf, user: number): void {
    const hold = shelf.holds.get(user)
    if (!hold) return
    shelf.holds.delete(user)
    shelf.held -= 1
    if (verdicts.letter.at(hold.request) === RETRIED) answer(hold.request, GIVEN_UP)
  }

  function issue(shelf: Shelf, { user, request, alone }: Pick<Ask, 'user' | 'request' | 'alone'>, rank: number): void {
    shelf.issued += 1
    shelf.owners.set(user, { request, alone })
    answer(request, ISSUED, rank)
  }

  function decide(shelf: Shelf, ask: Ask): void {
    const hold = shelf.holds.get(ask.user)
    if (hold?.request === ask.request) {
      endHold(shelf, ask.user)
      issue(shelf, ask, hold.rank)
      return
    }
    const no = refusal(shelf, ask)
    if (no) answer(ask.request, no)
    else {
      // Their earlier request is in retry: the unit that it holds is this user's.
      endHold(shelf, ask.user)
      issue(shelf, ask, nextRank(shelf, ask.request))
    }
  }

  function fail(shelf: Shelf, ask: Ask): void {
    failed.set(ask.request, { ...ask })
    if (!said.held(ask.request) || refusal(shelf, ask) || shelf.holds.has(ask.user)) {
      // A copy that fails while the first one holds its place takes nothing away from it.
      if (verdicts.letter.at(ask.request) !== RETRIED) answer(ask.request, GIVEN_UP)
      return
    }
    const rank = nextRank(shelf, ask.request)
    shelf.held += 1
    shelf.holds.set(ask.user, { request: ask.request, rank })
    verdicts.held.set(ask.request, 1)
    answer(ask.request, RETRIED, rank)
  }

  function happen({ kind, request, user, ...state }: Happening): void {
    const shelf = shelves.get(state.policy)
    if (!shelf) return
    if (kind === 'hold-ended') {
      const holder = [...shelf.holds].find(([, hold]) => hold.request === request)
      if (holder) endHold(shelf, holder[0])
    } else if (kind === 'decided-late') {
      if (isDecision(verdicts.letter.at(request))) return
      const ask = failed.get(request)
      if (ask) decide(shelf, ask)
      else if (user !== undefined) issue(shelf, { request, user, alone: true }, nextRank(shelf, request))
    } else {
      Object.assign(shelf, { exists: true, total: state.total, opensAt: state.opensAt, closesAt: state.closesAt })
    }
  }

  function catchUp(policy: number, offset: number): void {
    const mine = ahead.get(policy)
    if (!mine) return
    let at = next.get(policy) ?? 0
    while (at < mine.length && mine[at]!.place <= offset) happen(mine[at++]!)
    next.set(policy, at)
  }

  for (const ask of asks) {
    catchUp(ask.policy, ask.offset)
    const { request, letter, alone } = ask
    const before = verdicts.letter.at(request)
    if (isDecision(before)) continue
    const shelf = shelves.get(ask.policy)
    const refused = said.refusedBefore(request, ask.requestedAt)
    const held = said.held(request) && verdicts.held.at(request) === 0
    const triedAgain = alone && (held || said.decidedLate(request))
    if (refused) answer(request, refused)
    else if (!shelf || !exists(shelf, ask)) answer(request, NO_POLICY)
    else if (triedAgain || letter === RETRIED || letter === GIVEN_UP) fail(shelf, ask)
    else decide(shelf, ask)
  }
  for (const policy of ahead.keys()) catchUp(policy, end)
}

/** The letter of the reason why it gets nothing here; 0 where it is its turn. */
function refusal(shelf: Shelf, { user, requestedAt, letter }: Ask): number {
  const outside = outsideWindow(shelf, requestedAt)
  const owner = shelf.owners.get(user)
  // While the coupon was only held, the window was what a second request of its user met.
  if (owner) return owner.alone && outside !== 0 && letter === outside ? outside : ALREADY
  if (!shelf.holds.has(user) && shelf.issued + shelf.held >= shelf.total) return SOLD_OUT
  return outside
}

function outsideWindow({ opensAt, closesAt }: Shelf, requestedAt: number): number {
  if (closesAt !== null && requestedAt >= closesAt) return CLOSED
  return opensAt !== null && requestedAt < opensAt ? NOT_OPEN : 0
}

function exists({ exists, madeAt }: Shelf, { letter, requestedAt }: Ask): boolean {
  return exists && !(madeAt !== undefined && letter === NO_POLICY && requestedAt < madeAt)
}

function openShelf({ owners, holds, ...start }: Start): Shelf {
  return {
    ...start,
    issued: owners.length,
    held: holds.length,
    owners: new Map(owners.map(({ user, request }) => [user, { request, alone: false }])),
    holds: new Map(holds.map(({ user, request, rank }) => [user, { request, rank }])),
  }
}
