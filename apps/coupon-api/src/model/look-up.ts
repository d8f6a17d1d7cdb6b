import type { Redis } from 'ioredis'
import type { RequestState } from '../requests/request-state.ts'
import { base36, decodeState, encodeUuid, fromBase36 } from './encoding.ts'
import { periodArguments, periodsAt, requestsLua } from './request-store.ts'
import { script } from './script.ts'

/** What has to be known of somebody who asks for a coupon. */
export interface Ask {
  userId: number
  couponPolicyId: number
  /** With an Idempotency-Key only: a request made without one is new. */
  repeat?: { requestId: string; keyId: string }
}

export interface Standing {
  alreadyIssued: boolean
  /** Coupons issued of this policy so far. */
  issued: number
  /** The request itself, where it was made before. */
  state?: RequestState
  /** The policy that this Idempotency-Key was first used for. */
  keyUsedFor?: number
}

const lua = `${requestsLua}
local issued, standings = {}, {}
for i = 4, #ARGV, 4 do
  local user, policy, id, keyId = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if issued[policy] == nil then issued[policy] = redis.call('HGET', base .. ':issued', policy) or '0' end
  local n = #standings
  standings[n + 1] = redis.call('HEXISTS', base .. ':u:' .. user, policy)
  standings[n + 2] = issued[policy]
  standings[n + 3] = id ~= '' and find(id) or ''
  standings[n + 4] = keyId ~= '' and find(keyId) or ''
end
return standings
`

/** Answers any number of askers in one round trip, in the order of the list. */
export function standingReader(redis: Redis, periodMs: number): (asks: Ask[], now: number) => Promise<Standing[]> {
  const run = script(redis, lua)

  return async (asks, now) => {
    const args: string[] = []
    for (const { userId, couponPolicyId, repeat } of asks) {
      args.push(base36(userId), base36(couponPolicyId))
      args.push(repeat ? encodeUuid(repeat.requestId) : '', repeat ? encodeUuid(repeat.keyId) : '')
    }
    const reply = (await run(...periodArguments(periodsAt(now, periodMs)), ...args)) as (string | number)[]
    return asks.map((_, index) => {
      const [has, issued, state, keyRecord] = reply.slice(index * 4, index * 4 + 4)
      return {
        alreadyIssued: Number(has) === 1,
        issued: Number(issued),
        ...(state && { state: decodeState(String(state)) }),
        ...(keyRecord && { keyUsedFor: decodeKeyRecord(String(keyRecord)) }),
      }
    })
  }
}

/** An Idempotency-Key stands beside the requests, under an id made of user and key, and remembers its policy. */
export function encodeKeyRecord(couponPolicyId: number): string {
  return `K.${base36(couponPolicyId)}`
}

function decodeKeyRecord(text: string): number {
  return fromBase36(text.slice(2))
}
