import type { Route } from '@firstcome/service'
import { listCoupons } from './coupons/list-coupons.ts'
import { getPolicy } from './policies/get-policy.ts'
import { listPolicies } from './policies/list-policies.ts'
import { type AskParts, askForCoupon } from './requests/ask-for-coupon.ts'
import { getRequest } from './requests/get-request.ts'
import { type StreamSettings, streamRequest } from './requests/stream-request.ts'

export type CouponApi = AskParts & { settings: StreamSettings }

/** Everything that coupon-api answers over HTTP. The public document is made of it: `docs/openapi.yaml`. */
export function routes(parts: CouponApi): Route[] {
  const { model, policies, room, progress, metrics, settings } = parts
  return [
    askForCoupon(parts),
    getRequest({ model, progress }),
    streamRequest({ model, room, progress, streams: metrics.streams, settings }),
    listCoupons({ model }),
    getPolicy({ policies, model }),
    listPolicies({ policies, model }),
  ]
}
