import type { Latency } from './latency.ts'
import type { RushReport } from './seen.ts'

/** The numbers of a rush as lines for people; what was not seen yet is left out. */
export function describeRush(report: RushReport): string[] {
  const { requests, answered, accept, held, streamed } = report
  const perSecond = Math.round((answered / report.acceptMs) * 1_000)
  const of = answered === requests ? '' : ` of ${count(requests)}`
  return [
    `${count(answered)}${of} requests: ${count(report.accepted)} accepted, ${count(report.refusedAtOnce)} refused at once (already certain)${listed('not taken', report.notTaken)}`,
    `answered in ${seconds(report.acceptMs)}, ${count(perSecond)} a second${listed('asked again', report.repeated, 'after ')}`,
    ...latencyLine('request → answer', accept),
    ...latencyLine('request → outcome', held, 'of those who held the line for it'),
    ...latencyLine('accepted → outcome', streamed, 'of those who followed the event stream'),
    ...(report.outcomesMs > 0
      ? [
          `every outcome known ${seconds(report.outcomesMs)} later: ${named(report.outcomes)}; ${count(report.issued)} coupons`,
        ]
      : []),
  ]
}

/** What the clients themselves can judge, as lines for people. */
export function describeVerdict({ violations }: RushReport, held: string): string[] {
  return violations.length === 0 ? [`held: ${held}`] : violations.map((text) => `BROKEN: ${text}`)
}

function latencyLine(what: string, { count: samples, p50, p95, p99, max }: Latency, whose = ''): string[] {
  if (samples === 0) return []
  const times = Object.entries({ p50, p95, p99, max }).map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
  return [`${what.padEnd(19)} ${times.join('  ')} ms  (${count(samples)}${whose && ` ${whose}`})`]
}

function listed(what: string, counts: Record<string, number>, before = ''): string {
  return Object.keys(counts).length === 0 ? '' : `; ${what}: ${named(counts, before)}`
}

function named(counts: Record<string, number>, before = ''): string {
  const largestFirst = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return largestFirst.map(([name, times]) => `${count(times)} ${before}${name}`).join(', ') || 'none'
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}
