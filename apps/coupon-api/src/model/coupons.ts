import type { Redis } from 'ioredis'
import { base36, decodeUuid, encodeUuid, fromBase36 } from './encoding.ts'
import { base } from './script.ts'

export interface Coupon {
  couponId: string
  rank: number
  /** Epoch milliseconds. */
  issuedAt: number
}

export interface OwnedCoupon extends Coupon {
  couponPolicyId: number
}

/** `<rank>.<issuedAt>.<couponId>`, small enough for a packed hash. */
export function encodeCoupon({ couponId, rank, issuedAt }: Coupon): string {
  return `${base36(rank)}.${base36(issuedAt)}.${encodeUuid(couponId)}`
}

export function decodeCoupon(text: string): Coupon {
  const [rank = '', issuedAt = '', couponId = ''] = text.split('.')
  return { couponId: decodeUuid(couponId), rank: fromBase36(rank), issuedAt: fromBase36(issuedAt) }
}

/** The coupons of a user, the first issued first. */
export async function couponsOf(redis: Redis, userId: number): Promise<OwnedCoupon[]> {
  const byPolicy = await redis.hgetall(`${base}:u:${base36(userId)}`)
  return Object.entries(byPolicy)
    .map(([policy, coupon]) => ({ couponPolicyId: fromBase36(policy), ...decodeCoupon(coupon) }))
    .sort((a, b) => a.issuedAt - b.issuedAt || a.couponPolicyId - b.couponPolicyId)
}
