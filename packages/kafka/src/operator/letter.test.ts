import type { IHeaders, KafkaMessage } from 'kafkajs'
import { expect, test } from 'vitest'
import { int32, int64 } from '../retry/origin.ts'
import { readableHeaders } from './headers.ts'
import { readLetter, retryTopicOf } from './letter.ts'

const raw = (headers: Record<string, string | Buffer>): KafkaMessage => ({
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  timestamp: '1700000000000',
  attributes: 0,
  offset: '4',
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])) as IHeaders,
})

test('a letter of the runtime says all of itself', () => {
  const letter = readLetter(
    'p.orders.sink.dlt',
    0,
    raw({
      ce_id: 'e-1',
      'kafka_original-topic': 'p.orders',
      'kafka_original-partition': int32(3),
      'kafka_original-offset': int64(2 ** 40),
      'kafka_original-timestamp': int64(1_600_000_000_000),
      'retry_topic-attempts': int32(3),
      'dlt-group': 'p.sink',
      'dlt-code': 'HANDLER_FAILED',
      'dlt-reason': 'it broke',
      'dlt-time': '2026-01-01T00:00:00.000Z',
      'dlt-stack': 'abcdef012345',
      'dlt-replays': '2',
    }),
  )
  expect(letter).toMatchObject({
    place: 'p.orders.sink.dlt/0/4',
    topic: 'p.orders',
    group: 'p.sink',
    original: `p.orders/3/${2 ** 40}`,
    eventId: 'e-1',
    code: 'HANDLER_FAILED',
    reason: 'it broke',
    stack: 'abcdef012345',
    attempts: 3,
    replays: 2,
    time: Date.UTC(2026, 0, 1),
  })
})

test.for(['kafka_', 'kafka_dlt-'])('a letter that Spring wrote with %s… is read as well', (start) => {
  const letter = readLetter(
    'orders.sink.dlt',
    1,
    raw({
      [`${start}original-topic`]: 'orders',
      [`${start}original-partition`]: int32(3),
      [`${start}original-offset`]: int64(77),
      [`${start}original-timestamp`]: int64(1_600_000_000_000),
      [`${start}exception-fqcn`]: 'org.springframework.dao.DataIntegrityViolationException',
      [`${start}exception-message`]: 'no such order',
    }),
  )
  expect(letter).toMatchObject({
    topic: 'orders',
    group: 'sink',
    original: 'orders/3/77',
    code: 'DataIntegrityViolationException',
    reason: 'no such order',
    time: 1_700_000_000_000,
    replays: 0,
  })
  expect(letter.origin).toMatchObject({ partition: 3, offset: '77' })
})

test('a record without any of these headers is a letter that nobody can bring back', () => {
  expect(readLetter('orders.sink.dlt', 0, raw({}))).toMatchObject({
    origin: undefined,
    original: 'orders.sink.dlt/0/4',
    code: 'UNKNOWN',
  })
})

test('the retry topic is the group’s own one with the shortest wait', () => {
  const topics = ['x.g.retry-10000', 'x.g.retry-2000', 'x.g.dlt', 'x.h.retry-1', 'x.g.retry-soon', 'p.x.g.retry-5']
  expect(retryTopicOf({ dltTopic: 'x.g.dlt' }, topics)).toBe('x.g.retry-2000')
  expect(retryTopicOf({ dltTopic: 'y.g.dlt' }, topics)).toBeUndefined()
})

test('headers are readable: numbers in digits, bytes in hex, every value of one that repeats', () => {
  const headers = {
    'kafka_original-offset': int64(-1),
    'retry_topic-attempts': int32(3),
    'kafka_original-timestamp-type': Buffer.from('CreateTime'),
    bytes: Buffer.from([0xff, 0x00]),
    twice: [Buffer.from('a'), Buffer.from('b')],
  }
  expect(readableHeaders(headers)).toEqual({
    'kafka_original-offset': '-1',
    'retry_topic-attempts': '3',
    'kafka_original-timestamp-type': 'CreateTime',
    bytes: '0xff00',
    twice: ['a', 'b'],
  })
})
