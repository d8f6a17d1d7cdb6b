import type { Redis } from 'ioredis'
import type { Outcome } from '../requests/request-state.ts'
import { encodeCoupon } from './coupons.ts'
import { base36, encodeState, encodeUuid } from './encoding.ts'
import { periodArguments, periodsAt, requestsLua } from './request-store.ts'
import { script } from './script.ts'

/** An outcome as the worker announced it; `partition` and `offset` are the place of the request in the log. */
export interface DecidedRequest {
  requestId: string
  outcome: Outcome
  partition: number
  offset: number
  /** Epoch milliseconds. */
  decidedAt: number
}

/**
 * A coupon counts when it is new to its user, in the same script that stores it: an event that is delivered again finds it
 * there and changes nothing. Whoever waits is told in the same step, one message for the whole batch.
 *
 * Only FAILED is ever followed by another outcome, when its dead letter is replayed, and the two may be on two topics without
 * an order between them, or be delivered again. So a final one is never replaced: not by FAILED, and ISSUED, of which there
 * is a coupon, by nothing.
 */
const lua = `${requestsLua}
local weight = { P = 0, F = 1, R = 2, I = 3 }
local told, line = {}, 1
local progress = {}
local at = 4
for _ = 1, tonumber(ARGV[at]) do
  local partition, offset = ARGV[at + 1], ARGV[at + 2]
  if tonumber(offset) > tonumber(redis.call('HGET', base .. ':progress', partition) or -1) then
    redis.call('HSET', base .. ':progress', partition, offset)
    progress[#progress + 1] = partition .. ':' .. offset
  end
  at = at + 2
end
told[1] = table.concat(progress, ' ')

for i = at + 1, #ARGV, 5 do
  local id, state, user, policy, coupon = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  if coupon ~= '' and redis.call('HSETNX', base .. ':u:' .. user, policy, coupon) == 1 then
    redis.call('HINCRBY', base .. ':issued', policy, 1)
  end
  if id ~= '' then
    local known = find(id)
    if weight[known and kind(known) or 'P'] < weight[kind(state)] then
      keep(id, state, true)
      line = line + 1
      told[line] = id .. ' ' .. state
    end
  end
end
if line > 1 or #progress > 0 then redis.call('PUBLISH', base .. ':outcomes', table.concat(told, '\\n')) end
return line - 1
`

/** Returns how many requests changed their state. Rejects with the client's own error, so that an outage is seen as one. */
export function outcomeRecorder(
  redis: Redis,
  periodMs: number,
): (decided: DecidedRequest[], now: number) => Promise<number> {
  const run = script(redis, lua)

  return async (decided, now) => {
    const progress = new Map<number, number>()
    const args: (string | number)[] = []
    for (const { requestId, outcome, partition, offset, decidedAt } of decided) {
      if (offset > (progress.get(partition) ?? -1)) progress.set(partition, offset)
      const { userId, couponPolicyId } = outcome
      // Coupons are for good; what became of a request is forgotten when nobody can be asking any more.
      const forgotten = decidedAt < now - 2 * periodMs
      const coupon = outcome.status === 'ISSUED' ? encodeCoupon({ ...outcome, issuedAt: decidedAt }) : ''
      if (forgotten && coupon === '') continue
      args.push(
        forgotten ? '' : encodeUuid(requestId),
        encodeState(outcome),
        base36(userId),
        base36(couponPolicyId),
        coupon,
      )
    }
    const offsets = [...progress].flat()
    return Number(await run(...periodArguments(periodsAt(now, periodMs)), progress.size, ...offsets, ...args))
  }
}
