import { route } from '@firstcome/service'
import type { ReadModel } from '../model/read-model.ts'
import type { Progress } from '../outcomes/progress.ts'
import { findRequest, requestParams } from './find-request.ts'
import { decidedBefore } from './queue.ts'
import { viewRequest } from './view-request.ts'

/** `GET /api/coupon-requests/:requestId`: what became of a request, and while it waits, how many are ahead. */
export function getRequest({ model, progress }: { model: Pick<ReadModel, 'request'>; progress: Progress }) {
  return route(
    { method: 'GET', path: '/api/coupon-requests/:requestId', auth: 'user', params: requestParams },
    async ({ params: { requestId }, user }) => {
      const known = await findRequest(model, requestId, user)
      return { status: 200, body: viewRequest(requestId, known.state, decidedBefore(known, progress)) }
    },
  )
}
