import { couponIssueRequested } from '@firstcome/events'
import { type Kafka, KafkaError } from '@firstcome/kafka'
import { bodyId, Problem, pathId, preferredWait, type Reply, requireOwner, route } from '@firstcome/service'
import { z } from 'zod'
import type { CouponMetrics } from '../metrics.ts'
import type { ReadModel } from '../model/read-model.ts'
import type { Progress } from '../outcomes/progress.ts'
import { startWait } from '../outcomes/wait-for-outcome.ts'
import type { WaitingRoom } from '../outcomes/waiting-room.ts'
import { findPolicy } from '../policies/find-policy.ts'
import type { Policies } from '../policies/policies.ts'
import { admit } from './admit.ts'
import { accepted, decided, notAccepted, refusal, replayed } from './answers.ts'
import { idempotencyKey } from './idempotency-key.ts'
import type { PendingNotes } from './pending-notes.ts'
import { identify } from './request-id.ts'
import { isOutcome, type RequestState } from './request-state.ts'

export interface AskParts {
  kafka: Pick<Kafka, 'send'>
  model: ReadModel
  note: PendingNotes
  policies: Policies
  room: WaitingRoom
  progress: Progress
  metrics: CouponMetrics
  /** Longest wait for the broker's acknowledgement, in milliseconds. */
  acceptTimeoutMs: number
  /** So many may wait for an outcome at a time. */
  waiters: number
}

/**
 * `POST /api/coupons/:userId`: what is certain is refused, everything else goes to the log, and 202 is said once the broker
 * has acknowledged it. On the way to the broker stands one round trip to the read model, which may fail.
 */
export function askForCoupon(parts: AskParts) {
  const { kafka, model, note, policies, room, progress, metrics, acceptTimeoutMs, waiters } = parts

  return route(
    {
      method: 'POST',
      path: '/api/coupons/:userId',
      auth: 'user',
      params: z.object({ userId: pathId }),
      headers: z.object({ 'idempotency-key': idempotencyKey }),
      body: z.object({ couponPolicyId: bodyId }),
    },
    async (request): Promise<Reply> => {
      const { userId } = request.params
      const { couponPolicyId } = request.body
      requireOwner(request.user, userId)
      const policy = policies.known(couponPolicyId) ?? (await findPolicy(policies, couponPolicyId, metrics))

      const { requestId, keyId } = identify(userId, couponPolicyId, request.headers['idempotency-key'])
      const repeat = keyId === undefined ? {} : { repeat: { requestId, keyId } }
      // Away: accept. The log decides what the read model could have told.
      const standing = await model.standing({ userId, couponPolicyId, ...repeat }).catch(() => undefined)
      const admission = admit(policy, standing)

      const seconds = room.size < waiters ? preferredWait(request.raw.req.headers) : undefined
      const preference: Record<string, string> = seconds ? { 'Preference-Applied': `wait=${seconds}` } : {}

      switch (admission.kind) {
        case 'replay':
          return replay(requestId, admission.state)
        case 'key-reused':
          metrics.refused.inc({ code: 'IDEMPOTENCY_KEY_REUSED' })
          throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another coupon policy.')
        case 'refuse':
          metrics.refused.inc({ code: admission.code })
          throw refusal(admission.code, { userId, couponPolicyId, headers: preference })
      }

      // Listens from here on: the outcome may be there before the acknowledgement is.
      const wait = seconds ? startWait(room, requestId) : undefined
      const requestedAt = Date.now()
      let state: Extract<RequestState, { status: 'PENDING' }>
      try {
        // The event's id is the request's, so a record that is written twice is known to be one.
        const envelope = { id: requestId, time: requestedAt, deadlineMs: acceptTimeoutMs }
        const position = await kafka.send(
          couponIssueRequested,
          { requestId, couponPolicyId, userId, requestedAt },
          envelope,
        )
        state = { status: 'PENDING', userId, couponPolicyId, ...position }
      } catch (error) {
        wait?.cancel()
        if (!(error instanceof KafkaError)) throw error
        metrics.refused.inc({ code: 'COUPON_REQUEST_NOT_ACCEPTED' })
        request.log.error({ err: error, requestId, userId, couponPolicyId }, 'request not accepted')
        return notAccepted(requestId, userId, couponPolicyId, error.code)
      }
      metrics.accepted.inc()
      // Waited for, so that the status of a request is never 404 after its 202.
      await note({ requestId, state, ...(keyId && { keyId }) })

      const outcome = await wait?.outcome(seconds! * 1000, request.signal)
      if (outcome) return decided(requestId, outcome, preference)
      return accepted(requestId, state, progress.of(state.partition), preference)

      async function replay(id: string, known: RequestState): Promise<Reply> {
        let now = known
        if (seconds && !isOutcome(known)) {
          const again = startWait(room, id)
          const read = await model.request(id).catch(() => undefined)
          if (read && isOutcome(read.state)) room.tell(id, read.state)
          now = (await again.outcome(seconds * 1000, request.signal)) ?? known
        }
        return replayed(id, now, now.status === 'PENDING' ? progress.of(now.partition) : -1, preference)
      }
    },
  )
}
