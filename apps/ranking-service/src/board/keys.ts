import { type Period, spanOf } from '../calendar/period.ts'

/**
 * Everything lives under one hash tag, so that one script may touch it together on a Redis Cluster too. Scripts get it as their
 * only key, with the prefix of the installation in front, and name the rest from there:
 *
 *     {ranking}:live                         the generation that is shown; not there: the first
 *     {ranking}:building                     the one that a rebuild fills at the moment; ends by itself where the rebuild has
 *     {ranking}:<generation>:<period>:<day>  sorted set: a board, named by the first day it covers
 *     {ranking}:<generation>:all             sorted set: the board of all time
 *     {ranking}:<generation>:seen:<day>      set: the orders counted, by their day, so that they can be forgotten day by day
 */
export const base = '{ranking}'

export const firstGeneration = '0'

/** For `redis.call`s in Lua, beside `base`. */
export const generationsLua = `
local base = KEYS[1]
local live = redis.call('GET', base .. ':live') or '${firstGeneration}'
local building = redis.call('GET', base .. ':building')
`

/** Within its generation. */
export function boardName(period: Period, date: Temporal.PlainDate): string {
  const span = spanOf(period, date)
  return span ? `${period}:${span.from}` : period
}

/** Within its generation. */
export function seenName(date: Temporal.PlainDate): string {
  return `seen:${date}`
}

export const keyOf = (generation: string, name: string): string => `${base}:${generation}:${name}`

/**
 * Members are product ids padded to one width, and scores are negative quantities: Redis orders by score and then by
 * member, upwards, which makes its own order the board's: most sold first, the smaller product id first among equals.
 * A tie at the last rank of a page is therefore cut in the same place every time.
 */
const width = String(Number.MAX_SAFE_INTEGER).length

export const memberOf = (productId: number): string => String(productId).padStart(width, '0')
export const productOf = (member: string): number => Number(member)
