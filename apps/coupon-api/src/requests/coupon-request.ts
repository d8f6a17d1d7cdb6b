import { id53 } from '@firstcome/service'
import { z } from 'zod'
import { rejectionReasons } from './reasons.ts'

/** What every document about a request begins with. */
export const requestMembers = {
  requestId: z.uuid().meta({ description: 'Made from user, coupon policy and Idempotency-Key where there is a key.' }),
  userId: id53,
  couponPolicyId: id53,
}
const { requestId, ...owner } = requestMembers
const requestIs = <S extends string>(status: S) => ({ requestId, status: z.literal(status), ...owner })

const ids = { userId: 42, couponPolicyId: 1 }
const pendingExample = {
  requestId: '019aa5f2-1c7e-7d31-8f5b-4f6c2b7a9e10',
  status: 'PENDING',
  ...ids,
  queue: { position: 118, ahead: 117 },
}

const pending = {
  ...requestIs('PENDING'),
  queue: z.strictObject({
    position: id53.meta({ description: '1: the next to be decided.' }),
    ahead: z.int().min(0).meta({ description: 'At most so many requests are still ahead. It never grows.' }),
  }),
}
const pendingRequest = z.strictObject(pending).meta({
  id: 'PendingRequest',
  description: 'The request has a place in the log and is not decided yet.',
  examples: [pendingExample],
})

/** What 202 says. */
export const acceptedRequest = z.strictObject({ ...pending, message: z.literal('request created') }).meta({
  id: 'AcceptedRequest',
  description: 'The broker has the request: its place in the log, and so in the queue, is certain.',
  examples: [{ ...pendingExample, message: 'request created' }],
})

export const issuedRequest = z
  .strictObject({
    ...requestIs('ISSUED'),
    couponId: z.uuid(),
    rank: id53.meta({ description: 'Of the coupons of this policy, in the order of the log: 1 is the first.' }),
  })
  .meta({
    id: 'IssuedRequest',
    description: 'The user has the coupon.',
    examples: [
      {
        requestId: pendingExample.requestId,
        status: 'ISSUED',
        ...ids,
        couponId: '019aa5f2-1d02-7a44-9c35-0d2f8e6b7c11',
        rank: 118,
      },
    ],
  })

const rejectedRequest = z.strictObject({ ...requestIs('REJECTED'), reason: z.enum(rejectionReasons) }).meta({
  id: 'RejectedRequest',
  description: 'The request got no coupon, and why. UNKNOWN: for a reason that this version does not know yet.',
  examples: [{ requestId: pendingExample.requestId, status: 'REJECTED', ...ids, reason: 'COUPON_SOLD_OUT' }],
})

const failedRequest = z.strictObject({ ...requestIs('FAILED'), reason: z.literal('COUPON_ISSUE_FAILED') }).meta({
  id: 'FailedRequest',
  description: 'The request could not be decided and was given up after its last retry.',
  examples: [{ requestId: pendingExample.requestId, status: 'FAILED', ...ids, reason: 'COUPON_ISSUE_FAILED' }],
})

export const requestOutcome = z.discriminatedUnion('status', [issuedRequest, rejectedRequest, failedRequest]).meta({
  id: 'CouponRequestOutcome',
  description: 'What a request came to. It is final.',
})

export const couponRequest = z
  .discriminatedUnion('status', [pendingRequest, issuedRequest, rejectedRequest, failedRequest])
  .meta({ id: 'CouponRequest', description: 'A request for a coupon as it stands.' })

/** 503: the broker did not take it. */
export const unacceptedRequest = z
  .strictObject({
    ...requestIs('FAILED'),
    code: z.literal('COUPON_REQUEST_NOT_ACCEPTED'),
    reason: z.string().meta({ description: 'What kept the broker from it, for those who operate the shop.' }),
  })
  .meta({
    id: 'UnacceptedRequest',
    description:
      'The broker did not acknowledge the request. After a timeout it may have been written all the same: ask for it by its id, or send it again with the same Idempotency-Key.',
    examples: [
      {
        requestId: pendingExample.requestId,
        status: 'FAILED',
        code: 'COUPON_REQUEST_NOT_ACCEPTED',
        reason: 'DELIVERY_TIMEOUT',
        ...ids,
      },
    ],
  })

export type PendingRequest = z.output<typeof pendingRequest>
export type RequestOutcome = z.output<typeof requestOutcome>
