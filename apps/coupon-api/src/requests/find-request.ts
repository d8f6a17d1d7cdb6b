import { Problem, requireOwner, type User } from '@firstcome/service'
import { validate as isUuid } from 'uuid'
import { z } from 'zod'
import type { ReadModel } from '../model/read-model.ts'
import type { KnownRequest } from '../model/read-requests.ts'
import { orUnavailable } from './or-unavailable.ts'

export const requestParams = z.strictObject({ requestId: z.string().toLowerCase().meta({ format: 'uuid' }) })

/** @throws {Problem} 404 for an unknown request, 403 for another user's (an admin may see all), 503 without an answer. */
export async function findRequest(
  model: Pick<ReadModel, 'request'>,
  requestId: string,
  user: User,
): Promise<KnownRequest> {
  // An id that is no UUID names no request, just like one that nobody has: the same answer.
  const known = isUuid(requestId) ? await orUnavailable(model.request(requestId)) : undefined
  if (!known) throw new Problem(404, 'COUPON_REQUEST_NOT_FOUND', 'There is no such request.', { requestId })
  if (!user.admin) requireOwner(user, known.state.userId)
  return known
}
