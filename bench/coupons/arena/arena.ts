import {
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
  couponPolicyChanged,
  type EventType,
} from '@firstcome/events'
import { type Arena, openArena } from '../../arena/arena.ts'
import type { Database } from '../../arena/database.ts'
import type { BenchServers } from '../../arena/servers.ts'
import type { From } from '../../arena/services.ts'

const events: EventType<never>[] = [couponPolicyChanged, couponIssueRequested, couponIssueCompleted, couponIssueFailed]

/** A busy machine makes a measurement slow, and not void: a broker, Redis or Postgres may stand still for seconds there. */
const patient = {
  COUPON_ACCEPT_TIMEOUT_MS: '30000',
  COUPON_READ_MODEL_TIMEOUT_MS: '10000',
  REDIS_TIMEOUT_MS: '30000',
  DATABASE_ACQUIRE_TIMEOUT_MS: '30000',
}

/** Where coupons are measured. */
export interface CouponArena extends Arena {
  partitions: number
  database: Database
  /** Full names. */
  topics: { requests: string; completed: string; failed: string }
  /** What a service needs to run here; coupon-worker's database is everybody's. */
  env: Record<string, string>
}

export async function openCouponArena(servers: BenchServers, from: From, partitions = 10): Promise<CouponArena> {
  const timed = [couponIssueCompleted, couponIssueFailed]
  const plan = { from, events, timed, owners: ['coupon-worker' as const], couponPartitions: partitions }
  const arena = await openArena(servers, plan)
  return {
    ...arena,
    partitions,
    database: arena.databaseOf('coupon-worker'),
    topics: {
      requests: arena.topicOf(couponIssueRequested),
      completed: arena.topicOf(couponIssueCompleted),
      failed: arena.topicOf(couponIssueFailed),
    },
    env: { ...arena.envOf('coupon-worker'), ...patient },
  }
}
