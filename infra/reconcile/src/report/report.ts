import type { Backlog } from '../books/outbox.ts'
import type { Span } from '../books/sql.ts'
import type { Finding, Findings } from '../compare/findings.ts'
import { type Kind, kinds, type Line } from '../compare/kinds.ts'
import type { Tally } from '../compare/tally.ts'
import type { BoardPlan } from '../read/plan-boards.ts'

/** What was found; as it is, it is the output of `--json`. Times are epoch milliseconds. */
export interface Report {
  differences: number
  span: Span
  /** By the clock of the database. */
  at: number
  graceMs: number
  seconds: number
  /** Orders a second. */
  rate: number
  counts: Tally
  equations: Equation[]
  /** By kind; of each the first examples and how many there are. */
  findings: Finding[]
  outboxes: Record<string, Pick<Backlog, 'waiting' | 'parked' | 'stuck'>>
  boards: {
    /** Names of those that were compared. */
    compared: string[]
    /** Names of those that are deleted by now, for their age. */
    expired: string[]
    /** Days of the span of which nobody remembers which orders were counted. */
    forgottenDays: number
  }
}

/** One line of what is proved: a sum that has to be right, and findings that must not be. */
export interface Equation {
  line: Line
  holds: boolean
  left: Term
  right: Term[]
}

type Term = [name: string, count: number]

export interface Outcome {
  span: Span
  now: number
  seconds: number
  tally: Tally
  findings: Findings
  outboxes: Record<string, Backlog>
  plan: BoardPlan
  graceMs: number
  forgottenDays: number
}

export function summarize({
  span,
  now,
  seconds,
  tally,
  findings,
  outboxes,
  plan,
  graceMs,
  forgottenDays,
}: Outcome): Report {
  return {
    differences: findings.total(),
    span,
    at: now,
    graceMs,
    seconds,
    rate: Math.round(Math.max(tally.placed, tally.payable) / seconds),
    counts: tally,
    equations: equationsOf(tally).map((one) => ({ ...one, holds: isSum(one) && foundOn(findings, one.line) === 0 })),
    findings: findings.all(),
    outboxes: Object.fromEntries(
      Object.entries(outboxes).map(([service, { waiting, parked, stuck }]) => [service, { waiting, parked, stuck }]),
    ),
    boards: { compared: plan.boards.map(({ name }) => name), expired: plan.expired, forgottenDays },
  }
}

function equationsOf(of: Tally): Omit<Equation, 'holds'>[] {
  return [
    {
      line: 'placed',
      left: ['placed', of.placed],
      right: [
        ['payable', of.payable],
        ['in flight', of.payableInFlight],
      ],
    },
    {
      line: 'paid',
      left: ['paid', of.paid],
      right: [
        ['confirmed', of.confirmed],
        ['refunded', of.refunded],
        ['in flight', of.paidInFlight],
      ],
    },
    {
      line: 'stored',
      left: ['confirmed', of.confirmed],
      right: [
        ['stored', of.stored],
        ['in flight', of.storedInFlight],
      ],
    },
    {
      line: 'counted',
      left: ['confirmed', of.confirmed],
      right: [
        ['counted', of.counted],
        ['in flight', of.countedInFlight],
        ...(of.countForgotten > 0 ? [['not known any more', of.countForgotten] satisfies Term] : []),
      ],
    },
  ]
}

const isSum = ({ left: [, total], right }: Omit<Equation, 'holds'>) =>
  right.reduce((sum, [, count]) => sum + count, 0) === total

export function foundOn(findings: Pick<Findings, 'of'>, line: Line): number {
  const names = Object.keys(kinds) as Kind[]
  return names.filter((kind) => kinds[kind][0] === line).reduce((sum, kind) => sum + findings.of(kind), 0)
}
