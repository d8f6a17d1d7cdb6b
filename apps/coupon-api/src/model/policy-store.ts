import type { CouponPolicyChanged } from '@firstcome/events'
import type { Redis } from 'ioredis'
import { base36 } from './encoding.ts'
import { base, script } from './script.ts'

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

export async function readPolicy(redis: Redis, couponPolicyId: number): Promise<Policy | undefined> {
  const stored = await redis.hget(`${base}:policies`, base36(couponPolicyId))
  return stored === null ? undefined : decode(stored)
}

export async function readPolicies(redis: Redis): Promise<Policy[]> {
  return (await redis.hvals(`${base}:policies`)).map(decode)
}

/** Coupons issued of a policy, each counted once. */
export async function readIssued(redis: Redis, couponPolicyId: number): Promise<number> {
  return Number((await redis.hget(`${base}:issued`, base36(couponPolicyId))) ?? 0)
}

function decode(stored: string): Policy {
  // Written by `policyWriter` alone, from an event that its contract has checked.
  return JSON.parse(stored.slice(stored.indexOf('|') + 1)) as Policy
}
