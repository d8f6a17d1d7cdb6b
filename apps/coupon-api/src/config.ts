import { kafkaSettings } from '@firstcome/kafka'
import { httpSettings, type Setting, serviceSettings } from '@firstcome/service'
import { redisSettings } from '@firstcome/stores/redis'
import { z } from 'zod'

const number = (env: string, initial: number, doc: string): Setting<number> => ({
  env,
  schema: z.coerce.number().int().min(1).default(initial).describe(doc),
})

export const couponSettings = {
  acceptTimeoutMs: number('COUPON_ACCEPT_TIMEOUT_MS', 4_000, 'longest wait for the broker’s acknowledgement, then 503'),
  requestStateDays: number(
    'COUPON_REQUEST_STATE_DAYS',
    7,
    'how long the state of a request can be asked for, at least',
  ),
  policyWaitMs: number('COUPON_POLICY_WAIT_MS', 2_000, 'how long a policy nobody has heard of is waited for, then 404'),
  readModelTimeoutMs: number(
    'COUPON_READ_MODEL_TIMEOUT_MS',
    250,
    'how long a request waits for Redis before doing without',
  ),
  readModelRestMs: number('COUPON_READ_MODEL_REST_MS', 1_000, 'how long a Redis that hangs is not asked again'),
  waiters: number('COUPON_WAITERS', 20_000, 'held answers and event streams at a time; beyond, nobody is held'),
  streamHeartbeatMs: number(
    'COUPON_STREAM_HEARTBEAT_MS',
    15_000,
    'how often a silent event stream says that it is there',
  ),
  streamRetryMs: number(
    'COUPON_STREAM_RETRY_MS',
    2_000,
    'after how long a client whose event stream broke is to connect again, about',
  ),
  outcomeBatch: number('COUPON_OUTCOME_BATCH', 500, 'records of one partition that enter the read model in one step'),
  modelCheckMs: number(
    'COUPON_MODEL_CHECK_MS',
    5_000,
    'how often it is seen to that Redis has not lost the read model',
  ),
}

export const settings = {
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  redis: redisSettings,
  coupons: couponSettings,
}
