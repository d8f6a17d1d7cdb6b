import type { Route } from '@firstcome/service'
import { routes as couponApi } from 'coupon-api/routes'
import { routes as couponWorker } from 'coupon-worker/routes'
import { routes as dataPlatformSink } from 'data-platform-sink/routes'
import { routes as orderService } from 'order-service/routes'
import { routes as paymentApi } from 'payment-api/routes'
import { routes as rankingService } from 'ranking-service/routes'
import { unusable } from './unusable.ts'

/** Everything that each service answers over HTTP. */
export const tables: Record<string, Route[]> = {
  'order-service': orderService(unusable('order-service')),
  'payment-api': paymentApi(unusable('payment-api')),
  'coupon-api': couponApi(unusable('coupon-api')),
  'coupon-worker': couponWorker(unusable('coupon-worker')),
  'data-platform-sink': dataPlatformSink(),
  'ranking-service': rankingService(unusable('ranking-service')),
}
