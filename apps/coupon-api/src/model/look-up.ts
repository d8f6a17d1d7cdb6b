import type { Redis } from 'ioredis'
import { base36, decodeState, encodeUuid, fromBase36 } from './encoding.ts'
import type { KnownRequest } from './read-requests.ts'
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
  known?: KnownRequest
  /** The policy that this Idempotency-Key was first used for. */
  keyUsedFor?: number
}

/**
 * Answers with the numbers issued, by policy, and a text for each asker: empty for the one of whom nothing is known, which is
 * nearly everybody in a rush.
 */
const lua = `${requestsLua}
local issued, policies, standings = {}, {}, {}
for i = 4, #ARGV, 4 do
  local user, policy, id, keyId = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if not issued[policy] then
    issued[policy] = redis.call('HGET', base .. ':issued', policy) or '0'
    policies[#policies + 1] = policy
    policies[#policies + 1] = issued[policy]
  end
  local has = redis.call('HEXISTS', base .. ':u:' .. user, policy)
  local state = id ~= '' and find(id) or ''
  local key = keyId ~= '' and find(keyId) or ''
  standings[#standings + 1] = (has == 1 or state ~= '' or key ~= '')
    and table.concat({ has, state, decidedBefore(state), key }, ' ') or ''
end
return { policies, standings }
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
    const [policies, standings] = (await run(...periodArguments(periodsAt(now, periodMs)), ...args)) as string[][]
    const issued = new Map<number, number>()
    for (let at = 0; at < policies!.length; at += 2) issued.set(fromBase36(policies![at]!), Number(policies![at + 1]))
    return asks.map(({ couponPolicyId }, index) => decodeStanding(standings![index]!, issued.get(couponPolicyId)!))
  }
}

function decodeStanding(text: string, issued: number): Standing {
  if (text === '') return { alreadyIssued: false, issued }
  const [has, state, decidedOffset, keyRecord] = text.split(' ')
  return {
    alreadyIssued: has === '1',
    issued,
    ...(state && { known: { state: decodeState(state), decidedOffset: Number(decidedOffset) } }),
    ...(keyRecord && { keyUsedFor: decodeKeyRecord(keyRecord) }),
  }
}

/** An Idempotency-Key stands beside the requests, under an id made of user and key, and remembers its policy. */
export function encodeKeyRecord(couponPolicyId: number): string {
  return `K.${base36(couponPolicyId)}`
}

function decodeKeyRecord(text: string): number {
  return fromBase36(text.slice(2))
}
