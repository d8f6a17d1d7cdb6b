import { orderConfirmed } from '@firstcome/events'
import { confirmedRecord, sendFor } from '../shop/backlog.ts'
import { unitBooks, unitsOf } from '../shop/baskets.ts'
import { compareBooks } from '../shop/books.ts'
import type { Sample, Stage } from './stage.ts'

/** Confirmed orders count on the boards. */
export const counting: Stage = {
  title: 'Confirmed orders counted by ranking-service',
  service: 'ranking-service',
  baseline: 'count-orders',
  plan: { events: [orderConfirmed], timed: [], owners: [] },
  // Redis does not say when: it is asked often.
  everyMs: 5,
  fill: ({ kafka }, orders) => sendFor(kafka, orders, confirmedRecord),
  async done({ boards }) {
    return boards.count()
  },
  async figures({ boards }, orders, samples, skip) {
    const wanted = unitsOf(orders.map(({ n }) => n))
    compareBooks(
      { orders: await boards.count(), ...unitBooks(await boards.units()) },
      { orders: orders.length, ...unitBooks(wanted) },
    )
    return { 'counted/s': rateOf(samples, skip) }
  },
}

/** From the first look at which enough had been counted to the first at which all had been. */
function rateOf(samples: Sample[], skip: number): number {
  const ended = samples.at(-1)!
  const began = samples.find(({ done }) => done >= skip) ?? samples[0]!
  // So few that all came between two looks: in a quick run, whose figures mean nothing.
  if (began === ended) return ended.done * 1000
  return ((ended.done - began.done) * 1000) / (ended.at - began.at)
}
