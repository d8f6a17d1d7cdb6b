import { orderConfirmed } from '@firstcome/events'
import { Redis } from 'ioredis'
import type { KafkaMessage } from 'kafkajs'
import { boardKeys, dayAt } from '../../orders/shop/boards.ts'
import { connectConsumer, contractsOf, given } from './client.ts'
import { oneByOne } from './one-by-one.ts'

/** ranking-service's work: one order, one call that asks whether it has been counted, and one that counts it on all boards. */
const redis = new Redis(given('REDIS_URL'))
const keys = boardKeys(given('REDIS_KEY_PREFIX'))
const [contracts, consumer] = await Promise.all([
  contractsOf([orderConfirmed]),
  connectConsumer(given('TOPIC_ORDER_CONFIRMED')),
])
await oneByOne(consumer, count)

async function count(message: KafkaMessage): Promise<void> {
  const { orderId, confirmedAt, items } = await contracts.decode(orderConfirmed, message.value)
  if ((await redis.sadd(keys.seen(confirmedAt), orderId)) === 0) return
  const day = dayAt(confirmedAt)
  const monday = day.subtract({ days: day.dayOfWeek - 1 })
  const boards = [`daily:${day}`, `weekly:${monday}`, `monthly:${day.with({ day: 1 })}`, 'all']
  const counting = redis.multi()
  for (const board of boards) {
    for (const { productId, quantity } of items) counting.zincrby(keys.board(board), -quantity, String(productId))
  }
  await counting.exec()
}
