import type { Hold, Ledger, Past, Policy } from './ledger.ts'
import { ISSUED, RETRIED } from './letters.ts'
import { type PartitionLog, type RequestLog, standsAt } from './log.ts'
import type { Ask, Happening, Start, Testimony } from './model.ts'

/** Everything the plain model is given about one partition. */
export interface Task {
  part: PartitionLog
  asks: Iterable<Ask>
  starts: Start[]
  happenings: Happening[]
}

/** Policies whose requests stand in several partitions: the log does not say in which order those came. */
export function scattered(log: RequestLog): Set<number> {
  const home = new Map<number, number>()
  const found = new Set<number>()
  for (const { partition, policy } of log.partitions) {
    for (let row = 0; row < policy.length; row += 1) {
      const id = policy.at(row)
      const before = home.get(id)
      if (before === undefined) home.set(id, partition)
      else if (before !== partition) found.add(id)
    }
  }
  return found
}

export function testimony(ledger: Ledger, log: RequestLog, part: PartitionLog): Testimony {
  const numbers = (ids: (string | null)[]) => new Set(ids.map((id) => (id === null ? -1 : log.requests.find(id))))
  const of = (kind: string) => ledger.history.filter((past) => past.kind === kind).map(({ requestId }) => requestId)
  const held = numbers([...ledger.holds.map(({ requestId }) => requestId), ...of('hold-ended')])
  const late = numbers(of('decided-late'))
  return {
    held: (request) => held.has(request),
    decidedLate: (request) => late.has(request),
    refusedBefore(request, requestedAt) {
      // The first of the copies may be gone only where something is.
      if (part.low === 0) return 0
      const { refused } = ledger
      const known = refused.requests.findAs(log.requests, request)
      return known >= 0 && refused.decidedAt.at(known) < requestedAt ? refused.letter.at(known) : 0
    },
    rank(request) {
      if (request < 0) return 0
      const coupon = ledger.coupons.requests.findAs(log.requests, request)
      if (coupon >= 0) return ledger.coupons.rank.at(coupon)
      const id = log.requests.nameOf(request)
      return ledger.holds.find(({ requestId }) => requestId === id)?.rank ?? 0
    },
  }
}

export function taskOf(ledger: Ledger, log: RequestLog, part: PartitionLog, skip: Set<number>): Task {
  const policies = new Set<number>()
  for (let row = 0; row < part.policy.length; row += 1) policies.add(part.policy.at(row))
  const mine = [...policies].filter((id) => !skip.has(id))
  const known = mine.flatMap((id) => ledger.policies.get(id) ?? [])
  const history = ledger.history.filter(({ policy }) => policies.has(policy))
  const byPolicy = Map.groupBy(history, ({ policy }) => policy)
  const earlier = couponsFromBefore(ledger, log, part, new Set(mine), history)
  return {
    part,
    asks: asksOf(ledger, log, part, skip),
    starts: known.map((policy) =>
      startOf(policy, ledger, log, part, byPolicy.get(policy.id) ?? [], earlier.get(policy.id) ?? []),
    ),
    happenings: history
      .filter(({ policy }) => !skip.has(policy))
      .map((past) => happeningOf(past, ledger, log, part))
      // Over before the log begins, and in what the database says of that time already.
      .filter(
        ({ request, place, kind }) => request >= 0 || place > part.low || !/^(hold-ended|decided-late)$/.test(kind),
      )
      .sort((a, b) => a.place - b.place || a.order - b.order),
  }
}

function* asksOf(ledger: Ledger, log: RequestLog, part: PartitionLog, skip: Set<number>): Generator<Ask> {
  const { coupons } = ledger
  const ask: Ask = { request: 0, policy: 0, user: 0, requestedAt: 0, offset: 0, letter: 0, alone: false }
  for (let row = 0; row < part.offset.length; row += 1) {
    ask.request = part.request.at(row)
    ask.policy = part.policy.at(row)
    if (skip.has(ask.policy) || log.contradictory.has(ask.request)) continue
    ask.user = part.user.at(row)
    ask.requestedAt = part.requestedAt.at(row)
    ask.offset = part.offset.at(row)
    ask.letter = part.letter.at(row)
    ask.alone = part.alone.at(row) === 1
    if (ask.letter === RETRIED) {
      // What it held was issued to a copy of it, at this place nevertheless.
      const coupon = coupons.requests.findAs(log.requests, ask.request)
      if (coupon >= 0 && coupons.offset.at(coupon) === ask.offset) ask.letter = ISSUED
    }
    yield ask
  }
}

/** Where in this partition it took effect. What happened before the log began has happened when it begins. */
function placeOf({ places, at }: Past, part: PartitionLog): number {
  return at < part.begins ? 0 : (places[part.partition] ?? 0)
}

function happeningOf(
  past: Past,
  { coupons }: Ledger,
  log: RequestLog,
  part: PartitionLog,
): Happening & { order: number } {
  const coupon = past.requestId === null ? -1 : coupons.requests.find(past.requestId)
  return {
    place: placeOf(past, part),
    order: past.id,
    policy: past.policy,
    kind: past.kind,
    request: past.requestId === null ? -1 : log.requests.find(past.requestId),
    user: past.kind === 'decided-late' && coupon >= 0 ? coupons.user.at(coupon) : undefined,
    total: past.total,
    opensAt: past.opensAt,
    closesAt: past.closesAt,
  }
}

interface Earlier {
  user: number
  request: number
  rank: number
}

/** Coupons that were issued before the log begins, as far as it is still there: the word of the database counts for them. */
function couponsFromBefore(
  { coupons }: Ledger,
  log: RequestLog,
  part: PartitionLog,
  policies: Set<number>,
  history: Past[],
): Map<number, Earlier[]> {
  const lateHere = new Set(
    history
      .filter((past) => past.kind === 'decided-late' && placeOf(past, part) > part.low)
      .map((past) => past.requestId),
  )
  const found = new Map<number, Earlier[]>()
  for (let coupon = 0; coupon < coupons.requests.size; coupon += 1) {
    const policy = coupons.policy.at(coupon)
    if (!policies.has(policy) || !isFromBefore(coupon, { coupons }, log)) continue
    if (lateHere.has(coupons.requests.nameOf(coupon))) continue
    const list = found.get(policy) ?? []
    found.set(policy, list)
    list.push({
      user: coupons.user.at(coupon),
      request: log.requests.findAs(coupons.requests, coupon),
      rank: coupons.rank.at(coupon),
    })
  }
  return found
}

/** Its request stands before the span, or in a log that was there before this one. */
export function isFromBefore(coupon: number, { coupons }: Pick<Ledger, 'coupons'>, log: RequestLog): boolean {
  const partition = coupons.partition.at(coupon)
  const part = log.partitions.find((one) => one.partition === partition)
  if (!part || coupons.offset.at(coupon) < part.low) return true
  if (coupons.issuedAt.at(coupon) >= part.begins) return false
  const request = log.requests.findAs(coupons.requests, coupon)
  return request < 0 || !standsAt(log, request, partition, coupons.offset.at(coupon))
}

function startOf(
  policy: Policy,
  { holds }: Ledger,
  log: RequestLog,
  part: PartitionLog,
  history: Past[],
  earlier: Earlier[],
): Start {
  const made = history.find(({ kind }) => kind === 'created')
  const isBefore = ({ partition, offset }: Hold) => partition === part.partition && offset < part.low
  const waiting = holds.filter((hold) => hold.policy === policy.id && isBefore(hold))
  // Their requests are gone from the log; whoever held it, one unit was taken until then.
  const gone = history.filter(
    (past) => past.kind === 'hold-ended' && past.requestId !== null && log.requests.find(past.requestId) < 0,
  )
  const ended = gone.filter((past) => placeOf(past, part) > part.low)
  const ranks = [...earlier, ...waiting].map(({ rank }) => rank)
  const state = made ?? policy
  return {
    policy: policy.id,
    exists: made === undefined || placeOf(made, part) === 0,
    total: state.total,
    opensAt: state.opensAt,
    closesAt: state.closesAt,
    madeAt: made?.places[part.partition] === undefined ? policy.createdAt : undefined,
    owners: earlier,
    holds: [
      ...waiting.map(({ user, rank }, i) => ({ user, rank, request: -2 - i })),
      ...ended.map((_, i) => ({ user: -1 - i, rank: 0, request: -1 })),
    ],
    lastRank: ranks.reduce((highest, rank) => Math.max(highest, rank), 0),
    gaps: part.low > 0 || earlier.length > 0 ? gone.length : 0,
  }
}
