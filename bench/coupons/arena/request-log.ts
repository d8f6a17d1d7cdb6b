import { type CouponIssueRequested, couponIssueRequested } from '@firstcome/events'
import type { EncodedRecord } from '@firstcome/kafka'
import { v7 as uuidv7 } from 'uuid'
import type { CouponArena } from './arena.ts'

/** How the requests lie in the log: by the contract, or as JSON for those who have no serializer for it. */
export type Format = 'avro' | 'json'

/** So many requests for one policy, each of another user, from user 1 on. */
export interface Requests {
  policyId: number
  count: number
}

const BATCH = 500
const AHEAD = 4

/** Writes the requests, one policy after the other, in the order of their users. Resolves when all are acknowledged. */
export async function writeRequests(
  { kafka }: Pick<CouponArena, 'kafka'>,
  requests: Requests[],
  format: Format,
): Promise<void> {
  const encode = format === 'avro' ? avroRecord : jsonRecord
  let sending: Promise<unknown>[] = []
  for (const { policyId, count } of requests) {
    for (let first = 1; first <= count; first += BATCH) {
      const size = Math.min(BATCH, count - first + 1)
      const records = Array.from({ length: size }, (_, i) => encode(kafka, request(policyId, first + i)))
      sending.push(kafka.sendRecords(records))
      if (sending.length > AHEAD) {
        await sending[0]
        sending = sending.slice(1)
      }
    }
  }
  await Promise.all(sending)
}

const request = (couponPolicyId: number, userId: number): CouponIssueRequested => ({
  requestId: uuidv7(),
  couponPolicyId,
  userId,
  requestedAt: Date.now(),
})

/** As coupon-api writes it. */
function avroRecord(kafka: CouponArena['kafka'], value: CouponIssueRequested): EncodedRecord {
  return kafka.encode(couponIssueRequested, value, {
    id: value.requestId,
    time: value.requestedAt,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
  })
}

const jsonRecord = (kafka: CouponArena['kafka'], value: CouponIssueRequested): EncodedRecord => ({
  ...avroRecord(kafka, value),
  value: Buffer.from(JSON.stringify(value)),
})
