import { answer, type EventStream, eventStream, events, Problem, problem, route } from '@firstcome/service'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import type { KnownRequest } from '../model/read-requests.ts'
import type { Progress } from '../outcomes/progress.ts'
import type { WaitingRoom } from '../outcomes/waiting-room.ts'
import { couponRequest } from './coupon-request.ts'
import { findRequest, requestParams } from './find-request.ts'
import { hasSeenAll, readLastEventId, type Seen } from './last-event-id.ts'
import { foreignProblem, noRequestProblem, unavailableProblem } from './problems.ts'
import { decidedBefore, queuePlace } from './queue.ts'
import { isOutcome, type Outcome } from './request-state.ts'
import { viewOutcome, viewPending } from './view-request.ts'

/** How often a place in the queue that got better is told. */
const placeEveryMs = 1_000

const tooMany = 'Too many are waiting; ask for the status instead.'

export interface StreamParts {
  model: Pick<ReadModel, 'request'>
  room: WaitingRoom
  progress: Progress
  /** Counts the streams that are open. */
  streams: { inc(): void; dec(): void }
  settings: StreamSettings
}

export interface StreamSettings {
  /** So many may wait for an outcome at a time. */
  waiters: number
  /** How often a silent stream says that it is there, in milliseconds. */
  streamHeartbeatMs: number
  /** When a client whose stream broke is to come back, in milliseconds, about. */
  streamRetryMs: number
}

/**
 * `GET /api/coupon-requests/:requestId/events`: `event: status` with the state, again when the place in the queue got
 * better, and a last time with the outcome; then it ends. A browser would reconnect to a stream that ended: it sends back
 * the outcome's id and is told 204, the one answer that makes it stop. One whose stream broke goes on, on any replica, where
 * it stopped: it hears of no place that is not better than the last one, and of no outcome twice.
 */
export function streamRequest(parts: StreamParts) {
  const { model, room, progress, streams, settings } = parts
  const { waiters, streamHeartbeatMs: heartbeatMs } = settings
  return route(
    {
      method: 'GET',
      path: '/api/coupon-requests/:requestId/events',
      auth: 'user',
      operationId: 'streamCouponRequest',
      summary: 'What becomes of a request, as it happens',
      description: 'An admin may see those of all users.',
      params: requestParams,
      headers: z.object({
        'last-event-id': z
          .string()
          .optional()
          .meta({
            description: 'The id of the last event that was received: the stream goes on behind it, on any replica.',
            examples: ['PENDING-117'],
          }),
      }),
      answers: {
        200: events(
          'The state of the request, again whenever its place in the queue got better, and a last time with the outcome; then the stream ends.',
          { status: couponRequest },
        ),
        204: answer('The outcome, which `Last-Event-ID` names, has been told: there is no need to come back.'),
        403: foreignProblem,
        404: noRequestProblem,
        503: [problem({ TOO_MANY_STREAMS: tooMany }, { headers: ['Retry-After'] }), unavailableProblem],
      },
    },
    async (request) => {
      const { requestId } = request.params
      const told = Promise.withResolvers<Outcome | undefined>()
      if (room.size >= waiters) {
        throw new Problem(503, 'TOO_MANY_STREAMS', tooMany, { headers: { 'Retry-After': '5' } })
      }
      // First listen, then read, so that an outcome in between is not missed.
      const leave = room.enter(requestId, told.resolve)
      try {
        const known = await findRequest(model, requestId, request.user)
        const seen = readLastEventId(request.headers['last-event-id'])
        if (hasSeenAll(seen, known.state)) return { status: 204 as const }
        streams.inc()
        try {
          // Spread: all streams of a replica that stops would otherwise come back at the same moment.
          const retryMs = Math.round(settings.streamRetryMs * (0.5 + Math.random()))
          const produce = (stream: EventStream) => tell(stream, requestId, known, told, seen)
          return await eventStream(request, produce, { heartbeatMs, retryMs })
        } finally {
          streams.dec()
        }
      } finally {
        leave()
      }
    },
  )

  async function tell(
    stream: EventStream,
    requestId: string,
    known: KnownRequest,
    told: PromiseWithResolvers<Outcome | undefined>,
    seen: Seen,
  ): Promise<void> {
    const { state } = known
    const finish = (outcome: Outcome) =>
      stream.send({ id: outcome.status, event: 'status', data: viewOutcome(requestId, outcome) })
    if (isOutcome(state)) return finish(state)

    let best = seen.ahead
    const tellPlace = (decided: number) => {
      const { ahead } = queuePlace(state.offset, decided)
      if (ahead >= best) return
      best = ahead
      stream.send({ id: `PENDING-${ahead}`, event: 'status', data: viewPending(requestId, state, decided) })
    }
    tellPlace(decidedBefore(known, progress))

    const ticker = setInterval(() => tellPlace(progress.of(state.partition)), placeEveryMs)
    const gone = () => told.resolve(undefined)
    stream.signal.addEventListener('abort', gone, { once: true })
    try {
      const outcome = await told.promise
      if (outcome) finish(outcome)
    } finally {
      clearInterval(ticker)
      stream.signal.removeEventListener('abort', gone)
    }
  }
}
