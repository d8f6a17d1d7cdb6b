import { answer, route } from '@firstcome/service'
import type { ReadModel } from '../model/read-model.ts'
import type { Progress } from '../outcomes/progress.ts'
import { couponRequest } from './coupon-request.ts'
import { findRequest, requestParams } from './find-request.ts'
import { foreignProblem, noRequestProblem, unavailableProblem } from './problems.ts'
import { decidedBefore } from './queue.ts'
import { viewRequest } from './view-request.ts'

/** `GET /api/coupon-requests/:requestId`: what became of a request, and while it waits, how many are ahead. */
export function getRequest({ model, progress }: { model: Pick<ReadModel, 'request'>; progress: Progress }) {
  return route(
    {
      method: 'GET',
      path: '/api/coupon-requests/:requestId',
      auth: 'user',
      operationId: 'getCouponRequest',
      summary: 'What became of a request',
      description: 'An admin may see those of all users.',
      params: requestParams,
      answers: {
        200: answer('The request as it stands.', couponRequest),
        403: foreignProblem,
        404: noRequestProblem,
        503: unavailableProblem,
      },
    },
    async ({ params: { requestId }, user }) => {
      const known = await findRequest(model, requestId, user)
      return { status: 200, body: viewRequest(requestId, known.state, decidedBefore(known, progress)) }
    },
  )
}
