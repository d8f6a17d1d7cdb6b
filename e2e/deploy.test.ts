import { testKafka } from '@firstcome/kafka/testing'
import type { ServiceName } from '@firstcome/local'
import { expect, test } from 'vitest'
import { anotherBuild } from './deploy/artifacts.ts'
import { deployUnderLoad } from './deploy/under-load.ts'

const kafka = await testKafka('', [])

/** In the order of the two flows, from who asks to who only looks on. */
const services: ServiceName[] = [
  'coupon-worker',
  'coupon-api',
  'order-service',
  'payment-api',
  'data-platform-sink',
  'ranking-service',
]

test('each of the six services is replaced while coupons are rushed for and orders are placed: no request fails, every outcome arrives once', async () => {
  const { report, wrong } = await deployUnderLoad(
    kafka,
    services.map((service) => ({ service, from: anotherBuild(service) })),
  )
  console.log(report)
  expect(wrong).toEqual([])
}, 600_000)
