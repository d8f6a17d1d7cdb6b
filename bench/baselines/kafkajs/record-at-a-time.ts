import { randomUUID } from 'node:crypto'
import {
  type CouponIssueFailureReason,
  type CouponIssueRequested,
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
} from '@firstcome/events'
import type { KafkaMessage } from 'kafkajs'
import pg from 'pg'
import { connectConsumer, connectProducer, contractsOf, databaseUrl, durable } from './client.ts'
import { topics } from './coupon-topics.ts'
import { CONCURRENCY, oneByOne } from './one-by-one.ts'

/** One request, one transaction, one awaited send. */
const pool = new pg.Pool({ connectionString: databaseUrl, max: CONCURRENCY })
const contracts = await contractsOf([couponIssueRequested, couponIssueCompleted, couponIssueFailed])
const [consumer, producer] = await Promise.all([connectConsumer(topics.requests), connectProducer()])

await oneByOne(consumer, handle)

async function handle(message: KafkaMessage, partition: number): Promise<void> {
  const request = await contracts.decode(couponIssueRequested, message.value)
  const { requestId, couponPolicyId, userId } = request
  const place = { partition, offset: Number(message.offset) }
  const decision = await decide(request, place)
  const now = Date.now()
  const outcome =
    'rank' in decision
      ? {
          topic: topics.completed,
          value: contracts.encode(couponIssueCompleted, {
            requestId,
            couponPolicyId,
            userId,
            ...decision,
            ...place,
            issuedAt: now,
          }),
        }
      : {
          topic: topics.failed,
          value: contracts.encode(couponIssueFailed, {
            requestId,
            couponPolicyId,
            userId,
            ...decision,
            ...place,
            failedAt: now,
          }),
        }
  await producer.send({ ...durable, topic: outcome.topic, messages: [{ key: message.key, value: outcome.value }] })
}

type Decision = { couponId: string; rank: number } | { reason: CouponIssueFailureReason }

async function decide(request: CouponIssueRequested, place: { partition: number; offset: number }): Promise<Decision> {
  const db = await pool.connect()
  try {
    await db.query('BEGIN')
    const taken = await db.query(TAKE, [request.couponPolicyId])
    if (taken.rowCount === 0) {
      await db.query('ROLLBACK')
      return { reason: 'COUPON_SOLD_OUT' }
    }
    const rank = Number(taken.rows[0].issued)
    const couponId = randomUUID()
    const { couponPolicyId, userId, requestId } = request
    const coupon = [couponPolicyId, userId, requestId, couponId, rank, place.partition, place.offset]
    const inserted = await db.query(INSERT, coupon)
    await db.query(inserted.rowCount === 1 ? 'COMMIT' : 'ROLLBACK')
    return inserted.rowCount === 1 ? { couponId, rank } : { reason: 'COUPON_ALREADY_ISSUED' }
  } catch (error) {
    await db.query('ROLLBACK')
    throw error
  } finally {
    db.release()
  }
}

const TAKE = 'UPDATE coupon_policies SET issued = issued + 1 WHERE id = $1 AND issued < total_quantity RETURNING issued'
const INSERT = `
INSERT INTO coupons (policy_id, user_id, request_id, coupon_id, rank, partition, log_offset, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now()) ON CONFLICT DO NOTHING`
