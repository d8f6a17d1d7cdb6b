import { z } from 'zod'

export interface RedisConfig {
  url: string
  keyPrefix: string
  timeoutMs?: number
}

export const redisSettings = {
  url: {
    env: 'REDIS_URL',
    schema: z
      .url({ protocol: /^rediss?$/ })
      .default('redis://127.0.0.1:6379')
      .describe('Redis that the service keeps its read model in'),
  },
  keyPrefix: {
    env: 'REDIS_KEY_PREFIX',
    schema: z.string().default('').describe('put in front of every key, where services share a Redis'),
  },
  timeoutMs: {
    env: 'REDIS_TIMEOUT_MS',
    schema: z.coerce.number().int().positive().default(3_000).describe('longest silence of Redis on a request, in ms'),
  },
}
