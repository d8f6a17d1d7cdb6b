import { type CouponIssueRequested, couponIssueRequested } from '@firstcome/events'
import type { EncodedRecord, Kafka } from '@firstcome/kafka'
import type { Records } from './produce/producer.ts'

const DIFFERENT = 1000

export const request = (couponPolicyId: number, userId: number): CouponIssueRequested => ({
  requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
  couponPolicyId,
  userId,
  requestedAt: 1_700_000_000_000,
})

/** Coupon requests as coupon-api writes them: Avro value, envelope and trace in headers, key = policy. The same for every contestant. */
export function sampleRecords(kafka: Kafka, policies: number): Records {
  const samples: EncodedRecord[] = Array.from({ length: DIFFERENT }, (_, n) =>
    kafka.encode(couponIssueRequested, request(n % policies, n), {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
    }),
  )
  return (n) => samples[n % DIFFERENT]!
}
