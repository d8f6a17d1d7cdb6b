import { couponIssueRequested } from '@firstcome/events'
import { type Kafka, KafkaError } from '@firstcome/kafka'
import {
  answer,
  bodyId,
  idempotencyKey,
  Problem,
  pathId,
  preferredWait,
  preferWait,
  problem,
  requireOwner,
  route,
} from '@firstcome/service'
import { z } from 'zod'
import type { CouponMetrics } from '../metrics.ts'
import type { ReadModel } from '../model/read-model.ts'
import type { KnownRequest } from '../model/read-requests.ts'
import type { Progress } from '../outcomes/progress.ts'
import { startWait } from '../outcomes/wait-for-outcome.ts'
import type { WaitingRoom } from '../outcomes/waiting-room.ts'
import { findPolicy } from '../policies/find-policy.ts'
import type { Policies } from '../policies/policies.ts'
import { admit } from './admit.ts'
import { accepted, decided, notAccepted, refusal, replayed } from './answers.ts'
import { acceptedRequest, requestOutcome, unacceptedRequest } from './coupon-request.ts'
import { hold, holdAgain } from './hold.ts'
import type { PendingNotes } from './pending-notes.ts'
import { foreignProblem, givenUpProblem, noPolicyProblem, refusedProblem, unavailableProblem } from './problems.ts'
import { decidedBefore } from './queue.ts'
import { identify } from './request-id.ts'
import { isOutcome, type Pending } from './request-state.ts'

export interface AskParts {
  kafka: Pick<Kafka, 'send'>
  model: ReadModel
  note: PendingNotes
  policies: Policies
  room: WaitingRoom
  progress: Progress
  metrics: CouponMetrics
  settings: {
    /** Longest wait for the broker's acknowledgement, in milliseconds. */
    acceptTimeoutMs: number
    /** So many may wait for an outcome at a time. */
    waiters: number
  }
}

const keyReused = 'This Idempotency-Key was used for another coupon policy.'

/**
 * `POST /api/coupons/:userId`: what is certain is refused, everything else goes to the log, and 202 is said once the broker
 * has acknowledged it. On the way to the broker stands one round trip to the read model, which may fail.
 */
export function askForCoupon(parts: AskParts) {
  const { kafka, model, note, policies, room, progress, metrics, settings } = parts
  const { acceptTimeoutMs, waiters } = settings

  return route(
    {
      method: 'POST',
      path: '/api/coupons/:userId',
      auth: 'user',
      operationId: 'askForCoupon',
      summary: 'Ask for a coupon',
      description: `First come, first served: the place in the queue is the place in the log, and 202 is said once the broker has
acknowledged it. The outcome is read, or streamed, at \`Location\`, or waited for here with \`Prefer: wait=5\`.

Send an \`Idempotency-Key\` and repeat as often as you like: it stays one request, and is told as it stands.`,
      params: z.object({ userId: pathId }),
      headers: z.object({ 'idempotency-key': idempotencyKey, prefer: preferWait }),
      body: z.object({ couponPolicyId: bodyId }).meta({ id: 'CouponWish', examples: [{ couponPolicyId: 1 }] }),
      answers: {
        200: answer('The outcome: it was waited for, or the same request was made before.', requestOutcome, {
          headers: ['Idempotent-Replayed?', 'Preference-Applied?'],
        }),
        202: answer('The broker has the request, and it is not decided yet.', acceptedRequest, {
          headers: ['Location', 'Idempotent-Replayed?', 'Preference-Applied?'],
        }),
        403: foreignProblem,
        404: noPolicyProblem,
        409: refusedProblem,
        422: problem({ IDEMPOTENCY_KEY_REUSED: keyReused }),
        500: givenUpProblem,
        503: [
          answer('The broker did not take the request.', unacceptedRequest, { headers: ['Retry-After'] }),
          unavailableProblem,
        ],
      },
    },
    async (request) => {
      const { userId } = request.params
      const { couponPolicyId } = request.body
      requireOwner(request.user, userId)
      const policy = policies.known(couponPolicyId) ?? (await findPolicy(policies, couponPolicyId, metrics))

      const { requestId, keyId } = identify(userId, couponPolicyId, request.headers['idempotency-key'])
      const repeat = keyId === undefined ? {} : { repeat: { requestId, keyId } }
      // Away: accept. The log decides what the read model could have told.
      const standing = await model.standing({ userId, couponPolicyId, ...repeat }).catch(() => undefined)
      const admission = admit(policy, standing)

      const seconds = room.size < waiters ? preferredWait(request.headers) : undefined
      const preference: Record<string, string> = seconds ? { 'Preference-Applied': `wait=${seconds}` } : {}
      const patience = () => (seconds ? { seconds, signal: request.signal } : undefined)

      switch (admission.kind) {
        case 'replay': {
          const known = await holdAgain(model, room, requestId, admission.known, patience())
          return replayed(requestId, known.state, decidedBefore(known, progress), preference)
        }
        case 'key-reused':
          metrics.refused.inc({ code: 'IDEMPOTENCY_KEY_REUSED' })
          throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED', keyReused)
        case 'refuse':
          metrics.refused.inc({ code: admission.code })
          throw refusal(admission.code, { userId, couponPolicyId, headers: preference })
      }

      // Listens from here on: the outcome may be there before the acknowledgement is.
      const wait = seconds ? startWait(room, requestId) : undefined
      const requestedAt = Date.now()
      let state: Pending
      try {
        // The event's id is the request's, so a record that is written twice is known to be one.
        const envelope = { id: requestId, time: requestedAt, deadlineMs: acceptTimeoutMs }
        const value = { requestId, couponPolicyId, userId, requestedAt }
        const { partition, offset } = await kafka.send(couponIssueRequested, value, envelope)
        state = { status: 'PENDING', userId, couponPolicyId, partition, offset }
      } catch (error) {
        wait?.cancel()
        if (!(error instanceof KafkaError)) throw error
        metrics.refused.inc({ code: 'COUPON_REQUEST_NOT_ACCEPTED' })
        request.log.error({ err: error, requestId, userId, couponPolicyId }, 'request not accepted')
        return notAccepted(requestId, userId, couponPolicyId, error.code)
      }
      metrics.accepted.inc()
      // Waited for, so that the status of a request is never 404 after its 202.
      const noted = await note({ requestId, state, ...(keyId && { keyId }) })
      const { offset, decidedOffset } = noted ?? { offset: state.offset, decidedOffset: -1 }

      let known: KnownRequest = { state: { ...state, offset }, decidedOffset }
      if (wait) known = await hold(model, wait, requestId, known, patience()!)
      if (isOutcome(known.state)) return decided(requestId, known.state, preference)
      return accepted(requestId, known.state, decidedBefore(known, progress), preference)
    },
  )
}
