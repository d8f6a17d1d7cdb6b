import { randomUUIDv7 } from 'node:crypto'
import { v5 } from 'uuid'

export interface RequestIdentity {
  requestId: string
  /** The key itself, whatever it is used for: tells that one was used for another policy. With an Idempotency-Key only. */
  keyId?: string
}

/** Never change it: the ids of all requests with an Idempotency-Key are made from it. */
const namespace = '0b1c6f0e-0f6c-5c0b-9a5e-7c1f3d6b2a90'

/**
 * With an Idempotency-Key the id is computed, so every replica gives every try the same one and none has to be stored.
 * User and policy come first and are numbers: no key can imitate another user's. Without one the id is Node's own v7, which
 * asks the system for random bytes once for many ids.
 */
export function identify(userId: number, couponPolicyId: number, idempotencyKey: string | undefined): RequestIdentity {
  if (idempotencyKey === undefined) return { requestId: randomUUIDv7() }
  return {
    requestId: v5(`${userId}/${couponPolicyId}/${idempotencyKey}`, namespace),
    keyId: v5(`key/${userId}/${idempotencyKey}`, namespace),
  }
}
