import type { Outbox } from '@firstcome/outbox'
import type { Route } from '@firstcome/service'
import type { Knex } from 'knex'
import { closePolicy } from './policies/close-policy.ts'
import { createPolicy } from './policies/create-policy.ts'
import { restockPolicy } from './policies/restock-policy.ts'

/** Everything that coupon-worker answers over HTTP, all of it for administrators. The public document is made of it. */
export function routes(parts: { db: Knex; outbox: Outbox; now: () => number }): Route[] {
  return [createPolicy(parts), restockPolicy(parts), closePolicy(parts)]
}
