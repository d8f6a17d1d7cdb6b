import type { CouponPolicyChanged } from '@firstcome/events'
import type { Redis } from 'ioredis'
import { base36 } from './encoding.ts'
import { base, completeMark, script } from './script.ts'

export type Policy = CouponPolicyChanged

/** Only a newer state replaces an older one, whoever delivers it: the old owner of a partition may be late. */
const lua = `
local base = KEYS[1]
for i = 1, #ARGV, 3 do
  local policy, changedAt, document = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = redis.call('HGET', base .. ':policies', policy)
  if not known or tonumber(string.match(known, '^%d+')) <= tonumber(changedAt) then
    redis.call('HSET', base .. ':policies', policy, changedAt .. '|' .. document)
    redis.call('PUBLISH', base .. ':changes', document)
  end
end
return #ARGV / 3
`

/** Stores policies and tells every replica. Rejects with the client's own error. */
export function policyWriter(redis: Redis): (policies: Policy[]) => Promise<void> {
  const run = script(redis, lua)
  return async (policies) => {
    await run(
      ...policies.flatMap((policy) => [base36(policy.couponPolicyId), policy.changedAt, JSON.stringify(policy)]),
    )
  }
}

/** What is not in a model that is being made again may be there all the same; `complete` tells. */
export async function readPolicy(
  redis: Redis,
  couponPolicyId: number,
): Promise<{ complete: boolean; policy: Policy | undefined }> {
  // In this order: what is read after the mark was seen is missing for good.
  const [complete, stored] = await Promise.all([
    redis.exists(completeMark),
    redis.hget(`${base}:policies`, base36(couponPolicyId)),
  ])
  return { complete: complete === 1, policy: stored === null ? undefined : decode(stored) }
}

export async function readPolicies(redis: Redis): Promise<Policy[]> {
  return (await redis.hvals(`${base}:policies`)).map(decode)
}

/** Coupons issued of a policy, each counted once. */
export async function readIssued(redis: Redis, couponPolicyId: number): Promise<number> {
  return Number((await redis.hget(`${base}:issued`, base36(couponPolicyId))) ?? 0)
}

export interface Tally {
  /** How many policies there are. */
  policies: number
  /** Coupons issued of the policies asked for, in the order of the list. */
  issued: number[]
}

/** One round trip, however many are asked for. */
export async function readTally(redis: Redis, ids: number[]): Promise<Tally & { complete: boolean }> {
  const [complete, policies, issued] = await Promise.all([
    redis.exists(completeMark),
    redis.hlen(`${base}:policies`),
    ids.length === 0 ? [] : redis.hmget(`${base}:issued`, ...ids.map(base36)),
  ])
  return { complete: complete === 1, policies, issued: issued.map(Number) }
}

function decode(stored: string): Policy {
  // Written by `policyWriter` alone, from an event that its contract has checked.
  return JSON.parse(stored.slice(stored.indexOf('|') + 1)) as Policy
}
