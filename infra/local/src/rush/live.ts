import { count } from './describe.ts'
import { latencyOf } from './latency.ts'
import { isRefused, isTaken, type Seen } from './seen.ts'

/** Where the progress goes: rewritten in place on a terminal, a line now and then elsewhere. */
export interface Screen {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

const onTerminalMs = 200
const elsewhereMs = 5_000

/** Shows what is seen of a rush while it goes on; call the result to end it and to clear the line. */
export function showLive(seen: Seen, screen: Screen): () => void {
  let before = { at: seen.begunAt, answered: 0 }
  const timer = setInterval(
    () => {
      const now = performance.now()
      const text = `  ${progressOf(seen, before, now)}`
      before = { at: now, answered: seen.answered.length }
      if (screen.isTTY) screen.write(`\r\x1b[K${text.slice(0, (screen.columns ?? 120) - 1)}`)
      else screen.write(`${text}\n`)
    },
    screen.isTTY ? onTerminalMs : elsewhereMs,
  )
  return () => {
    clearInterval(timer)
    if (screen.isTTY) screen.write('\r\x1b[K')
  }
}

/** One line: how far the rush is, and how it went since `before`. */
export function progressOf(seen: Seen, before: { at: number; answered: number }, now: number): string {
  const { answered, requests, begunAt } = seen
  const elapsed = `${((now - begunAt) / 1_000).toFixed(1)} s`.padStart(7)
  if (seen.answeredAt !== undefined) {
    return `${elapsed}  all answered; outcomes known: ${count(seen.outcomes.length)} of ${count(answered.length)}`
  }
  const latest = answered.slice(before.answered)
  const { p50, p99 } = latencyOf(latest.map((one) => one.answeredAt - one.since))
  const perSecond = Math.round((latest.length / (now - before.at)) * 1_000)
  const taken = answered.filter(isTaken).length
  const refused = answered.filter(isRefused).length
  const other = answered.length - taken - refused
  return [
    `${elapsed}  ${count(answered.length)} of ${count(requests)} answered, ${count(perSecond)}/s`,
    ...(latest.length > 0 ? [`p50 ${p50.toFixed(0)} p99 ${p99.toFixed(0)} ms`] : []),
    `${count(Math.max(0, dueBy(seen.due, now - begunAt) - answered.length))} wait`,
    `accepted ${count(taken)}, refused ${count(refused)}${other > 0 ? `, not taken ${count(other)}` : ''}`,
  ].join('  ')
}

/** How many are due by then; ascending, so by halves. */
function dueBy(due: Float64Array, ms: number): number {
  let [low, high] = [0, due.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (due[middle]! <= ms) low = middle + 1
    else high = middle
  }
  return low
}
