import { type EventStream, eventStream, Problem, type Reply, route } from '@firstcome/service'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import type { KnownRequest } from '../model/read-requests.ts'
import type { Progress } from '../outcomes/progress.ts'
import type { WaitingRoom } from '../outcomes/waiting-room.ts'
import { findRequest, requestParams } from './find-request.ts'
import { queuePlace } from './queue.ts'
import { isOutcome, type Outcome } from './request-state.ts'
import { viewRequest } from './view-request.ts'

/** How often a place in the queue that got better is told. */
const placeEveryMs = 1_000

export interface StreamParts {
  model: Pick<ReadModel, 'request'>
  room: WaitingRoom
  progress: Progress
  /** Counts the streams that are open. */
  streams: { inc(): void; dec(): void }
  /** So many may wait for an outcome at a time. */
  waiters: number
}

/**
 * `GET /api/coupon-requests/:requestId/events`: `event: status` with the state, again when the place in the queue got
 * better, and a last time with the outcome; then it ends. A browser would reconnect to a stream that ended: it sends back
 * the outcome's id and is told 204, the one answer that makes it stop.
 */
export function streamRequest({ model, room, progress, streams, waiters }: StreamParts) {
  return route(
    {
      method: 'GET',
      path: '/api/coupon-requests/:requestId/events',
      auth: 'user',
      params: requestParams,
      headers: z.object({ 'last-event-id': z.string().optional() }),
    },
    async (request): Promise<Reply> => {
      const { requestId } = request.params
      const told = Promise.withResolvers<Outcome | undefined>()
      if (room.size >= waiters) {
        throw new Problem(503, 'TOO_MANY_STREAMS', 'Too many are waiting; ask for the status instead.', {
          headers: { 'Retry-After': '5' },
        })
      }
      // First listen, then read, so that an outcome in between is not missed.
      const leave = room.enter(requestId, told.resolve)
      try {
        const known = await findRequest(model, requestId, request.user)
        const seen = request.headers['last-event-id']
        if (isOutcome(known.state) && seen === known.state.status) return { status: 204 }
        streams.inc()
        try {
          return await eventStream(request, (stream) => tell(stream, requestId, known, told, seen))
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
    { state, decidedOffset }: KnownRequest,
    told: PromiseWithResolvers<Outcome | undefined>,
    seen: string | undefined,
  ): Promise<void> {
    const finish = (outcome: Outcome) =>
      stream.send({ id: outcome.status, event: 'status', data: viewRequest(requestId, outcome, -1) })
    if (isOutcome(state)) return finish(state)

    let best = Number.POSITIVE_INFINITY
    const tellPlace = (decided: number) => {
      const { ahead } = queuePlace(state.offset, decided)
      if (ahead >= best) return
      best = ahead
      const id = `PENDING-${ahead}`
      if (id !== seen) stream.send({ id, event: 'status', data: viewRequest(requestId, state, decided) })
    }
    tellPlace(decidedOffset)

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
