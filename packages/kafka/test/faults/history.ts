/**
 * What callers were told, against what the log holds. The three outcomes are Jepsen's: `ok` has to be in the log, `fail`
 * must not be, `unknown` may be either, and at any later time.
 */
export type Outcome =
  | { type: 'ok'; partition: number; offset: number }
  | { type: 'fail'; code: string }
  | { type: 'unknown'; code: string }

/** One record as its sender knows it. A history has them in the order of the send calls. */
export interface Sent {
  /** Event id, of this record alone. */
  id: string
  key: string
  body: string
  outcome: Outcome
}

/** One record as a reader sees it. */
export interface Logged {
  id: string
  key: string
  body: string
  partition: number
  offset: number
}

export type Violation =
  /** Acknowledged, and nowhere in the log. */
  | { kind: 'lost'; id: string; at: string }
  /** Acknowledged and written, but not at the place that was acknowledged. */
  | { kind: 'misplaced'; id: string; at: string }
  /** Refused for good, and written all the same. */
  | { kind: 'refused'; id: string; at: string }
  /** Its first copy stands before that of a record of the same key that was sent earlier. */
  | { kind: 'disordered'; id: string; before: string }
  /** Nobody sent this: an unknown id, or other contents under a known one. A copy under a new id is one, too. */
  | { kind: 'foreign'; id: string; at: string }
  /** A key in two partitions, where it has no order. */
  | { kind: 'scattered'; key: string }

export interface Verdict {
  violations: Violation[]
  ok: number
  fail: number
  unknown: number
  /** Second and further copies, each under the id of its first. */
  duplicates: number
}

const place = ({ partition, offset }: { partition: number; offset: number }) => `${partition}/${offset}`

/** `log`: all records, each partition in the order of its offsets. */
export function check(history: Sent[], log: Logged[]): Verdict {
  const sent = new Map(history.map((one) => [one.id, one]))
  const copies = Map.groupBy(log, ({ id }) => id)
  const count = (type: Outcome['type']) => history.filter(({ outcome }) => outcome.type === type).length
  return {
    violations: [
      ...history.flatMap((one) => outcomeKept(one, copies.get(one.id) ?? [])),
      ...log.filter((one) => !isCopyOf(sent.get(one.id), one)).map((one) => foreign(one)),
      ...[...Map.groupBy(log, ({ key }) => key)].flatMap(([key, records]) => orderKept(key, records, history)),
    ],
    ok: count('ok'),
    fail: count('fail'),
    unknown: count('unknown'),
    duplicates: log.length - copies.size,
  }
}

const foreign = (one: Logged): Violation => ({ kind: 'foreign', id: one.id, at: place(one) })
const isCopyOf = (sent: Sent | undefined, { key, body }: Logged) => sent?.key === key && sent.body === body

function outcomeKept({ id, outcome }: Sent, copies: Logged[]): Violation[] {
  if (outcome.type === 'fail') return copies.slice(0, 1).map((copy) => ({ kind: 'refused', id, at: place(copy) }))
  if (outcome.type === 'unknown') return []
  const at = place(outcome)
  if (copies.length === 0) return [{ kind: 'lost', id, at }]
  return copies.some((copy) => place(copy) === at) ? [] : [{ kind: 'misplaced', id, at }]
}

/** The first copies of one key's acknowledged records, which have to stand in the order of their send calls. */
function orderKept(key: string, records: Logged[], history: Sent[]): Violation[] {
  if (new Set(records.map(({ partition }) => partition)).size > 1) return [{ kind: 'scattered', key }]
  const firsts = new Map<string, number>()
  for (const { id, offset } of records) if (!firsts.has(id)) firsts.set(id, offset)
  const violations: Violation[] = []
  let last: { id: string; offset: number } | undefined
  for (const { id, outcome } of history) {
    const offset = firsts.get(id)
    if (outcome.type !== 'ok' || offset === undefined) continue
    if (last && offset < last.offset) violations.push({ kind: 'disordered', id, before: last.id })
    else last = { id, offset }
  }
  return violations
}
