import { randomUUID } from 'node:crypto'
import { orderPlaced } from '@firstcome/events'
import type { HandlerContext, Message } from '@firstcome/kafka'
import { beforeEach, expect, test } from 'vitest'
import { anOrder, bench, rowsIn } from '../../test/bench.ts'
import { type InTransaction, inbox } from '../index.ts'

const { db, outbox, host } = await bench()
const take = inbox(db, outbox)

beforeEach(async () => {
  await db('outbox').delete()
  await db('inbox').delete()
})

/** Delivers an event of this id to a handler behind the inbox. */
function deliver(id: string, handler: (context: InTransaction) => Promise<void>): Promise<void> {
  const message: Message<unknown> = {
    ...{ id, value: anOrder(), key: 'a-key', source: 'order-service', type: orderPlaced.type, time: 0 },
    ...{ topic: orderPlaced.topic, partition: 0, offset: 0, attempt: 1, timestamp: 0, headers: {} },
  }
  const context: HandlerContext = { message, log: host.log, signal: AbortSignal.timeout(60_000) }
  return take(message, handler, context)
}

const announce = ({ outbox }: InTransaction) => outbox.add(orderPlaced, anOrder())

test('an event delivered twice is handled once', async () => {
  const id = randomUUID()
  await deliver(id, announce)
  await deliver(id, announce)
  expect(await rowsIn(db, 'outbox')).toBe(1)
})

test('an event delivered ten times at the same moment is handled once', async () => {
  const id = randomUUID()
  await Promise.all(Array.from({ length: 10 }, () => deliver(id, announce)))
  expect(await rowsIn(db, 'outbox')).toBe(1)
})

test('a handler that fails leaves nothing of its work, and the event is handled when it comes again', async () => {
  const id = randomUUID()
  const failing = deliver(id, async (context) => {
    await announce(context)
    throw new Error('the handler failed')
  })
  await expect(failing).rejects.toThrow('the handler failed')
  expect([await rowsIn(db, 'outbox'), await rowsIn(db, 'inbox')]).toEqual([0, 0])

  await deliver(id, announce)
  expect([await rowsIn(db, 'outbox'), await rowsIn(db, 'inbox')]).toEqual([1, 1])
})
