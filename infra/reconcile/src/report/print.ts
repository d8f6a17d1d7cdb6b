import { kinds, type Line } from '../compare/kinds.ts'
import type { Equation, Report } from './report.ts'

/** The report for people: counts, what is proved, what differs, and what could not be checked. */
export function printReport(report: Report): string {
  const { span, counts, seconds, rate } = report
  const inFlight = counts.payableInFlight + counts.paidInFlight + counts.storedInFlight + counts.countedInFlight
  const columns: [string, number][] = [
    ['placed', counts.placed],
    ['pending', counts.pending],
    ['rejected', counts.rejected],
    ['paid', counts.paid],
    ['confirmed', counts.confirmed],
    ['refunded', counts.refunded],
    ['in flight', inFlight],
    ['stored', counts.stored],
    ['counted', counts.counted],
  ]
  const lines = [
    `Orders placed ${span.from === 0 ? 'until' : `from ${time(span.from)} to`} ${time(span.to)}: ${number(counts.placed)} in ${seconds.toFixed(1)} s (${number(rate)} a second)`,
    '',
    ...table(columns),
    '',
    ...report.equations.map(equation),
    boards(report),
    events(report),
    '',
    ...remarks(report),
  ]
  for (const { kind, total, examples } of report.findings) {
    lines.push(`${kinds[kind][1]} (${kind}): ${number(total)}`, ...examples.map((words) => `  ${words}`))
    if (total > examples.length) lines.push(`  … and ${number(total - examples.length)} more`)
    lines.push('')
  }
  lines.push(verdict(report.differences))
  return lines.join('\n')
}

const number = (value: number) => value.toLocaleString('en')
const verdict = (differences: number) =>
  differences === 0 ? 'No differences.' : `${number(differences)} difference${differences === 1 ? '' : 's'}.`
const time = (at: number) => new Date(at).toISOString()
const mark = (holds: boolean) => (holds ? '✓' : '✗')

function equation({ holds, left, right }: Equation): string {
  const term = ([name, count]: [string, number]) => `${name} ${number(count)}`
  return `${mark(holds)} ${term(left)} = ${right.map(term).join(' + ')}`
}

function boards(report: Report): string {
  const { compared } = report.boards
  const kinds = ['daily', 'weekly', 'monthly', 'all'].map((period) => {
    const count = compared.filter((name) => name === period || name.startsWith(`${period}:`)).length
    return period === 'all' ? 'all time' : `${number(count)} ${period}`
  })
  return `${mark(isClear(report, 'boards'))} boards = sums of their orders: ${kinds.join(', ')}`
}

function events(report: Report): string {
  const each = Object.entries(report.outboxes).map(([service, { waiting, parked }]) => {
    return `${service} ${number(waiting)} waiting, ${number(parked)} parked`
  })
  return `${mark(isClear(report, 'events'))} outboxes: ${each.join('; ')}`
}

const isClear = ({ findings }: Report, line: Line) => !findings.some(({ kind }) => kinds[kind][0] === line)

function remarks({ counts, graceMs, boards: { expired, forgottenDays } }: Report): string[] {
  const said = [
    counts.undecided > 0 &&
      `Payments that wait for their provider, so that nobody knows yet whether money is taken: ${number(counts.undecided)}.`,
    graceMs > 0 &&
      counts.payableInFlight + counts.paidInFlight + counts.storedInFlight + counts.countedInFlight > 0 &&
      `In flight: of the last ${number(graceMs / 1_000)} s, in an outbox, or being refunded.`,
    forgottenDays > 0 &&
      `Not checked: daily boards of ${number(forgottenDays)} days, of which nobody remembers which orders were counted.`,
    counts.countForgotten > 0 &&
      `Not checked: whether ${number(counts.countForgotten)} orders were counted that were confirmed too long ago.`,
    expired.length > 0 && `Not checked, for they are deleted by now: boards ${expired.join(', ')}.`,
  ].filter((line) => line !== false)
  return said.length > 0 ? [...said, ''] : []
}

function table(columns: [string, number][]): string[] {
  const cells = columns.map(([name, count]) => [name, number(count)] as const)
  const width = (cell: readonly [string, string]) => Math.max(...cell.map((text) => text.length))
  return [0, 1].map((row) => cells.map((cell) => cell[row]!.padStart(width(cell))).join('  '))
}
