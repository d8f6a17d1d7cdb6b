import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'

/**
 * Everything lives under one hash tag, so that a script may touch whatever a batch needs, on a cluster as well. Scripts get
 * it as their only key, with the prefix of the installation in front, and name the rest from there:
 *
 *     {coupons}:policies             hash   policy → `<changedAt>|<JSON>`
 *     {coupons}:issued               hash   policy → coupons issued
 *     {coupons}:progress             hash   partition of coupon-issue → highest offset decided
 *     {coupons}:u:<user>             hash   policy → the user's coupon
 *     {coupons}:r:<period>:<bucket>  hash   request → its state
 *     {coupons}:outcomes, :changes   channels that tell every replica
 */
export const base = '{coupons}'

/** Is there once the model holds what the topics held when it was last made; see `rebuild`. */
export const completeMark = `${base}:complete`

export type Script = (...args: (string | number)[]) => Promise<unknown>

/** A Lua script called by its digest; sent whole only to a server that does not hold it (it was restarted). */
export function script(redis: Redis, lua: string): Script {
  const digest = createHash('sha1').update(lua).digest('hex')
  return async (...args) => {
    try {
      return await redis.evalsha(digest, 1, base, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return redis.eval(lua, 1, base, ...args)
    }
  }
}

/** A Lua list of names and values, as pairs. */
export function* pairs(list: string[]): Generator<[string, string]> {
  for (let at = 0; at < list.length; at += 2) yield [list[at]!, list[at + 1]!]
}
