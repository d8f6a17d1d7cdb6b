import { latencyOf } from '@firstcome/local/rush'
import type { Purchase, Shopping } from './buyers.ts'
import type { Fault } from './faults.ts'

/** What a person wants to know of a run, line by line. */
export function describeShopping({ purchases, repeated }: Shopping, faults: Fault[], drainedMs: number): string {
  const begun = purchases.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
  const ended = purchases.reduce((most, { payAt, payMs }) => Math.max(most, payAt + payMs), 0)
  const firstFault = Math.min(...faults.map(({ at }) => at))
  const [before, while_] = [
    purchases.filter(({ payAt, payMs }) => payAt + payMs < firstFault),
    purchases.filter(({ payAt, payMs }) => payAt + payMs >= firstFault),
  ]
  const reasons = [...repeated].sort(([, a], [, b]) => b - a).map(([why, count]) => `${why} ${count}`)
  return [
    `${purchases.length} orders paid in ${seconds(ended - begun)}, drained after ${seconds(drainedMs)} more`,
    ...faults.map(
      ({ names, at, backAt, orders }) =>
        `  ${seconds(at - begun)}: ${names} killed at ${orders} orders, back after ${seconds(backAt - at)}`,
    ),
    `asked again: ${reasons.join(', ') || 'never'}`,
    `before the faults: ${latencies(before)}`,
    `while they came:   ${latencies(while_)}`,
  ].join('\n')
}

/** Of those that the provider answered at once. */
function latencies(purchases: Purchase[]): string {
  const quick = purchases.filter(({ how }) => how !== 'timeout')
  const place = latencyOf(quick.map(({ placeMs }) => placeMs))
  const pay = latencyOf(quick.map(({ payMs }) => payMs))
  return `order p50 ${ms(place.p50)}, p99 ${ms(place.p99)}; payment p50 ${ms(pay.p50)}, p99 ${ms(pay.p99)}, longest ${ms(pay.max)}`
}

export const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`
const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`
