import type { GatewayRoute } from './nginx.ts'

/** What the gateway lets through to which service; the first that matches, else 404. */
export const routes: GatewayRoute[] = [
  { path: '/api/orders', service: 'order-service' },
  { path: '/api/products', service: 'order-service' },
  { path: '/api/payments', service: 'payment-api' },
  { path: '/api/coupons', service: 'coupon-api' },
  { path: '/api/coupon-requests', service: 'coupon-api' },
  // Policies are made and changed where they are decided by, and read, in a rush too, from the read model.
  { path: '/api/coupon-policies', service: 'coupon-worker', exactly: true, readBy: 'coupon-api' },
  { path: '/api/coupon-policies/[^/]+/(stock|close)', service: 'coupon-worker', exactly: true },
  { path: '/api/coupon-policies', service: 'coupon-api' },
  { path: '/api/rankings', service: 'ranking-service' },
]
