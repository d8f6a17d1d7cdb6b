import { expect, test } from 'vitest'
import type { Wish } from './arguments.ts'
import { plan } from './plan.ts'
import type { Neighbour, Surroundings } from './surroundings.ts'

const uuid = { type: 'string', logicalType: 'uuid' }

const order: Neighbour = {
  topic: 'order-placed',
  domain: 'orders',
  constant: 'orderPlaced',
  producer: 'order-service',
  key: 'orderId',
  fields: [
    { name: 'orderId', type: uuid, doc: 'Order, UUIDv7.' },
    { name: 'items', type: { type: 'array', items: 'string' } },
  ],
}
const payment = { ...order, topic: 'payment-completed', domain: 'payments', producer: 'payment-api' }
const coupon: Neighbour = {
  ...order,
  topic: 'coupon-issue',
  domain: 'coupons',
  producer: 'coupon-api',
  key: 'couponPolicyId',
  fields: [{ name: 'couponPolicyId', type: 'long' }],
}

const around: Surroundings = {
  domains: ['coupons', 'orders', 'payments', 'returns'],
  services: ['coupon-api', 'coupon-worker', 'order-service', 'payment-api'],
  events: [
    order,
    { ...order, topic: 'order-rejected', constant: 'orderRejected' },
    payment,
    coupon,
    { ...coupon, topic: 'coupon-issue-failed', producer: 'coupon-worker' },
  ],
  topics: ['order-placed', 'order-rejected', 'payment-completed', 'coupon-issue', 'coupon-issue-failed', 'order-lost'],
  words: new Set(['orderPlaced', 'OrderedItem', 'retryTopic']),
}
const wish: Wish = { topic: 'order-shipped', consumers: ['payment-api'] }

test('domain, producer and key are those of the events beside it, and it follows the last of them', () => {
  expect(plan(wish, around)).toEqual({
    topic: 'order-shipped',
    domain: 'orders',
    constant: 'orderShipped',
    record: 'OrderShipped',
    producer: 'order-service',
    consumers: ['payment-api'],
    key: 'orderId',
    fields: [
      { name: 'orderId', type: uuid, doc: 'Order, UUIDv7.' },
      { name: 'shippedAt', type: { type: 'long', logicalType: 'timestamp-millis' }, doc: 'When it happened.' },
    ],
    after: 'orderRejected',
  })
})

test('what is said goes before the defaults', () => {
  const said = { ...wish, domain: 'payments', producer: 'coupon-api', key: 'couponPolicyId' }
  expect(plan(said, around)).toMatchObject({ ...said, fields: [{ type: 'long' }, {}] })
})

test('a field that nobody has yet is an id', () => {
  const [key] = plan({ ...wish, key: 'shipmentId' }, around).fields
  expect(key).toEqual({ name: 'shipmentId', type: uuid, doc: 'Shipment, UUIDv7.' })
})

test('the first event of a domain follows nobody, and has to say who publishes it, and by which key', () => {
  const first = { ...wish, topic: 'return-asked' }
  expect(() => plan(first, around)).toThrow(/--producer.*coupon-api, coupon-worker, order-service, payment-api/)
  expect(() => plan({ ...first, producer: 'order-service' }, around)).toThrow(/--key/)
  expect(plan({ ...first, producer: 'order-service', key: 'orderId' }, around)).toMatchObject({
    domain: 'returns',
    after: undefined,
  })
})

test.each([
  ['order-placed-v2', 'placedAt'],
  ['order-shipment', 'occurredAt'],
  ['order-feed-changed-often', 'changedAt'],
])('%s happened at its %s', (topic, name) => {
  expect(plan({ ...wish, topic }, around).fields[1]).toMatchObject({ name })
})

test.each<[string, Partial<Wish>, RegExp]>([
  ['one word', { topic: 'shipped' }, /two words/],
  ['capitals', { topic: 'Order-Shipped' }, /lower case/],
  ['a dot', { topic: 'order.shipped' }, /joined by dashes/],
  ['a name too long for Kafka', { topic: `order-${'x'.repeat(100)}` }, /at most 100/],
  ['a topic of the catalogue', { topic: 'order-placed' }, /an event 'order-placed' already/],
  ['a topic that was retired', { topic: 'order-lost' }, /an event 'order-lost' already/],
  ['the name of a service', { topic: 'order-service' }, /is a service/],
  ['the topics beside all events', { topic: 'dead-letter-actions' }, /dead letters/],
  ['a type that there is', { topic: 'ordered-item', domain: 'orders' }, /'OrderedItem'/],
  ['a function that there is', { topic: 'retry-topic', domain: 'orders' }, /'retryTopic'/],
  ['no domain to be seen', { topic: 'user-seen' }, /--domain.*coupons, orders, payments, returns/],
  ['a domain that there is not', { domain: 'users' }, /no domain 'users'.*coupons, orders, payments, returns/],
  ['two who might publish it', { topic: 'coupon-used' }, /--producer.*coupon-api, coupon-worker\./],
  ['a producer that there is not', { producer: 'orders' }, /no service 'orders'.*order-service/],
  ['nobody who reads it', { consumers: [] }, /--consumers.*coupon-api.*payment-api/],
  ['a consumer that there is not', { consumers: ['payment-api', 'x'] }, /no service 'x'.*order-service/],
  ['a key that is no name', { key: 'order-id' }, /camelCase/],
  ['a key of many values', { key: 'items' }, /'items' is more than one value/],
  ['a time for a key', { key: 'shippedAt' }, /time/],
])('%s is refused, with what can be done', (_, differently, why) => {
  expect(() => plan({ ...wish, ...differently }, around)).toThrow(why)
})
