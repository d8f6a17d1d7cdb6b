import type { Redis } from 'ioredis'
import { base36, decodeState, encodeUuid, fromBase36 } from './encoding.ts'
import type { KnownRequest } from './read-requests.ts'
import { periodArguments, periodsAt, requestsLua } from './request-store.ts'
import { pairs, script } from './script.ts'

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
 * The askers come as one text, a line for each, and only those of whom something is known are answered, by their number:
 * nearly nobody in a rush. An argument and an answer for each would cost more than all that is looked up.
 */
const lua = `${requestsLua}
local issued, policies, findings, asker = {}, {}, {}, 0
for user, policy, id, keyId in string.gmatch(ARGV[4], '(%w+) (%w+) (%S*) (%S*)\\n') do
  asker = asker + 1
  if not issued[policy] then
    issued[policy] = redis.call('HGET', base .. ':issued', policy) or '0'
    policies[#policies + 1] = policy
    policies[#policies + 1] = issued[policy]
  end
  local has = redis.call('HEXISTS', base .. ':u:' .. user, policy)
  local state = id ~= '' and find(id) or ''
  local key = keyId ~= '' and find(keyId) or ''
  if has == 1 or state ~= '' or key ~= '' then
    findings[#findings + 1] = tostring(asker)
    findings[#findings + 1] = table.concat({ has, state, decidedBefore(state), key }, ' ')
  end
end
return { policies, findings }
`

/** Answers any number of askers in one round trip, in the order of the list. */
export function standingReader(redis: Redis, periodMs: number): (asks: Ask[], now: number) => Promise<Standing[]> {
  const run = script(redis, lua)

  return async (asks, now) => {
    let text = ''
    for (const { userId, couponPolicyId, repeat } of asks) {
      const ids = repeat ? `${encodeUuid(repeat.requestId)} ${encodeUuid(repeat.keyId)}` : ' '
      text += `${base36(userId)} ${base36(couponPolicyId)} ${ids}\n`
    }
    const [policies, findings] = (await run(...periodArguments(periodsAt(now, periodMs)), text)) as string[][]
    const issued = new Map<number, number>()
    for (const [policy, count] of pairs(policies!)) issued.set(fromBase36(policy), Number(count))
    const standings = asks.map(({ couponPolicyId }): Standing => {
      return { alreadyIssued: false, issued: issued.get(couponPolicyId)! }
    })
    for (const [asker, finding] of pairs(findings!)) Object.assign(standings[Number(asker) - 1]!, decode(finding))
    return standings
  }
}

function decode(finding: string): Omit<Standing, 'issued'> {
  const [has, state, decidedOffset, keyRecord] = finding.split(' ')
  return {
    alreadyIssued: has === '1',
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
