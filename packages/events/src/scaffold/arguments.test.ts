import { expect, test } from 'vitest'
import { parseWish, Refused } from './arguments.ts'

test('the name alone is a call: all else has a default', () => {
  expect(parseWish(['order-shipped'])).toEqual({ topic: 'order-shipped' })
})

test('options are taken as they are, consumers one by one', () => {
  const call = 'order-shipped --domain orders --producer order-service --consumers a,b, --key orderId'
  expect(parseWish(call.split(' '))).toEqual({
    topic: 'order-shipped',
    domain: 'orders',
    producer: 'order-service',
    consumers: ['a', 'b'],
    key: 'orderId',
  })
})

test('the dashes that pnpm hands on are no name', () => {
  expect(parseWish(['--', 'order-shipped'])).toMatchObject({ topic: 'order-shipped' })
})

test('help is asked for', () => {
  expect(parseWish(['--help'])).toBe('help')
})

test.each([
  ['no name', [], /^Usage/],
  ['two names', ['order-shipped', 'order-sent'], /order-sent/],
  ['an option that there is not', ['order-shipped', '--group', 'a'], /'--group'/],
  ['an option without its value', ['order-shipped', '--key'], /'--key <value>'/],
])('%s is refused', (_, args, why) => {
  expect(() => parseWish(args)).toThrow(why)
  expect(() => parseWish(args)).toThrow(Refused)
})
