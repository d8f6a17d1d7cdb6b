import { kinds } from './findings.ts'
import type { PolicyReport, Report, Span } from './report.ts'

/** The report for people: policies, spans, and then what is wrong, or that nothing is. */
export function printReport(report: Report): string {
  const lines = [
    table(
      ['policy', 'stock', 'issued', 'held', 'requests', 'decided', 'in retry', 'given up', 'verdict'],
      report.policies.map(policyRow),
    ),
    '',
    table(['partition', 'proved', 'requests', 'not decided yet'], report.spans.filter(isUsed).map(spanRow)),
    '',
    ...remarks(report),
  ]
  for (const { kind, total, examples } of report.findings) {
    lines.push(`${kinds[kind]} (${kind}): ${number(total)}`, ...examples.map(({ words }) => `  ${words}`))
    if (total > examples.length) lines.push(`  … and ${number(total - examples.length)} more`)
    lines.push('')
  }
  lines.push(report.violations === 0 ? 'No violations.' : `${number(report.violations)} violations.`)
  return lines.join('\n')
}

const number = (value: number) => value.toLocaleString('en')

function policyRow(one: PolicyReport): string[] {
  const name = one.name.length > 24 ? `${one.name.slice(0, 23)}…` : one.name
  const counts = [one.stock, one.issued, one.held, one.requests, one.decided, one.inRetry, one.givenUp]
  const words = one.violations > 0 ? `${number(one.violations)} violations` : one.verdict
  return [`${one.policy} ${name}`, ...counts.map(number), words]
}

const isUsed = ({ end }: Span) => end > 0

function spanRow({ partition, from, to, requests, pending }: Span): string[] {
  return [String(partition), `offsets ${number(from)} to ${number(to)}`, number(requests), number(pending)]
}

function remarks({ policies, spans, unproven, contradictory, waiting }: Report): string[] {
  const sum = (of: (span: Span) => number) => spans.reduce((total, span) => total + of(span), 0)
  const unreadable = sum((span) => span.unreadable)
  const withoutNotes = sum((span) => span.withoutNotes)
  const cut = spans.filter(({ from }) => from > 0).map(({ partition }) => partition)
  const before = policies.reduce((total, policy) => total + policy.before, 0)
  const scattered = policies.filter(({ verdict }) => verdict === 'scattered').map(({ policy }) => policy)
  const said = [
    cut.length > 0 && `The log no longer begins at 0 in partition ${cut.join(', ')}: what came before is not proved.`,
    before > 0 && `${number(before)} coupons are from before the span: the database's word is taken for them.`,
    withoutNotes > 0 &&
      `${number(withoutNotes)} requests are older than what the ledger keeps outcomes of: coupons and publications were compared.`,
    unproven.published > 0 &&
      `${number(unproven.published)} published outcomes are of requests that the log no longer holds.`,
    unproven.forgotten > 0 &&
      `${number(unproven.forgotten)} outcomes may have been published where the topic no longer begins at 0.`,
    unreadable > 0 && `${number(unreadable)} records are no coupon requests; they are among the dead letters.`,
    waiting > 0 && `${number(waiting)} requests wait on a retry topic without a note in the ledger.`,
    contradictory > 0 &&
      `${number(contradictory)} requests have copies that ask for something else; nothing is said about them.`,
    scattered.length > 0 &&
      `Policy ${scattered.join(', ')} was asked for in several partitions: which came first is not in the log.`,
  ].filter((line) => line !== false)
  return said.length > 0 ? [...said, ''] : []
}

/** The first and the last column to the left, numbers between them to the right. */
function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)))
  const isText = (i: number) => i === 0 || (i === head.length - 1 && head[i] === 'verdict')
  const line = (row: string[]) =>
    row
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()
  return all.map(line).join('\n')
}
