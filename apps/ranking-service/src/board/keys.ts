import { type Period, spanOf } from '../calendar/period.ts'

/**
 * All keys share one hash tag, so that one script may touch them together on a Redis Cluster too. A board is named by
 * the first day it covers.
 */
const tag = '{ranking}'

export function boardKey(period: Period, date: Temporal.PlainDate): string {
  const span = spanOf(period, date)
  return span ? `${tag}:${period}:${span.from}` : `${tag}:${period}`
}

/** The orders already counted, kept per day of confirmation so that they can be forgotten day by day. */
export function seenKey(date: Temporal.PlainDate): string {
  return `${tag}:seen:${date}`
}

/**
 * Members are product ids padded to one width, and scores are negative quantities: Redis orders by score and then by
 * member, upwards, which makes its own order the board's: most sold first, the smaller product id first among equals.
 * A tie at the last rank of a page is therefore cut in the same place every time.
 */
const width = String(Number.MAX_SAFE_INTEGER).length

export const memberOf = (productId: number): string => String(productId).padStart(width, '0')
export const productOf = (member: string): number => Number(member)
