import { event } from './event.ts'
import * as contract from './generated/index.ts'

/** Every event of the system. Topics, access rights, documentation and types derive from these lines. */

export const orderPlaced = event<contract.OrderPlaced>({
  topic: 'order-placed',
  schema: contract.orderPlacedSchema,
  key: (e) => e.orderId,
  producer: 'order-service',
  consumers: ['payment-api'],
})

export const paymentCompleted = event<contract.PaymentCompleted>({
  topic: 'payment-completed',
  schema: contract.paymentCompletedSchema,
  key: (e) => e.orderId,
  producer: 'payment-api',
  consumers: ['order-service'],
})

/** Kept without limit: what boards and facts are made again from. */
export const orderConfirmed = event<contract.OrderConfirmed>({
  topic: 'order-confirmed',
  schema: contract.orderConfirmedSchema,
  key: (e) => e.orderId,
  producer: 'order-service',
  consumers: ['data-platform-sink', 'ranking-service'],
  retentionMs: -1,
})

export const orderRejected = event<contract.OrderRejected>({
  topic: 'order-rejected',
  schema: contract.orderRejectedSchema,
  key: (e) => e.orderId,
  producer: 'order-service',
  consumers: ['payment-api'],
})

export const paymentRefunded = event<contract.PaymentRefunded>({
  topic: 'payment-refunded',
  schema: contract.paymentRefundedSchema,
  key: (e) => e.orderId,
  producer: 'payment-api',
  consumers: ['order-service'],
})

export const couponPolicyChanged = event<contract.CouponPolicyChanged>({
  topic: 'coupon-policy',
  schema: contract.couponPolicySchema,
  key: (e) => e.couponPolicyId,
  producer: 'coupon-worker',
  consumers: ['coupon-api'],
  cleanup: 'compact',
  retentionMs: -1,
})

export const couponIssueRequested = event<contract.CouponIssueRequested>({
  topic: 'coupon-issue',
  schema: contract.couponIssueSchema,
  key: (e) => e.couponPolicyId,
  producer: 'coupon-api',
  consumers: ['coupon-worker'],
})

/** Kept without limit: bounded by the stock, and what the read model is rebuilt from. */
export const couponIssueCompleted = event<contract.CouponIssueCompleted>({
  topic: 'coupon-issue-completed',
  schema: contract.couponIssueCompletedSchema,
  key: (e) => e.couponPolicyId,
  producer: 'coupon-worker',
  consumers: ['coupon-api'],
  retentionMs: -1,
})

export const couponIssueFailed = event<contract.CouponIssueFailed>({
  topic: 'coupon-issue-failed',
  schema: contract.couponIssueFailedSchema,
  key: (e) => e.couponPolicyId,
  producer: 'coupon-worker',
  consumers: ['coupon-api'],
})

export const catalogue = [
  orderPlaced,
  paymentCompleted,
  orderConfirmed,
  orderRejected,
  paymentRefunded,
  couponPolicyChanged,
  couponIssueRequested,
  couponIssueCompleted,
  couponIssueFailed,
] as const
