import type { Resource } from '@firstcome/service'
import { connectRedis, type RedisConfig } from '@firstcome/stores/redis'
import type { Redis } from 'ioredis'
import type { Logger } from '../logger.ts'
import { createGuard } from './guard.ts'
import { createReadModel, type ReadModel } from './read-model.ts'

const dayMs = 24 * 60 * 60 * 1000

export interface ReadModelConfig {
  requestStateDays: number
  readModelTimeoutMs: number
  readModelRestMs: number
}

/**
 * The read model and its connection. It has no `check` on purpose: without Redis this service still does what nobody else
 * can, take requests in order. A probe that took it out of the gateway then would turn "no status" into "no coupons".
 * The metric `coupon_read_model_available` and the log tell instead.
 */
export function connectReadModel(
  config: RedisConfig,
  { requestStateDays, readModelTimeoutMs, readModelRestMs }: ReadModelConfig,
  log: Logger,
): Resource & { model: ReadModel; redis: Redis } {
  const store = connectRedis(config)
  const guard = createGuard({ timeoutMs: readModelTimeoutMs, restMs: readModelRestMs }, log)
  return {
    name: 'read model',
    redis: store.redis,
    model: createReadModel(store.redis, requestStateDays * dayMs, guard),
    async start() {
      await store.start().catch((error: unknown) => {
        log.warn({ err: error }, 'Redis is away: starting without it, it is tried again all the time')
      })
    },
    close: () => store.close(),
  }
}
