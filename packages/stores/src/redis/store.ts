import { Redis } from 'ioredis'
import { isRedisOutage } from './outage.ts'
import type { RedisConfig } from './settings.ts'

/** A Redis client and, for `service.use`, a resource. */
export interface RedisStore {
  /** Errors that come from an outage carry `retriable: true`. */
  redis: Redis
  name: string
  /** Connects; rejects when Redis cannot be reached. */
  start(): Promise<void>
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * A client that fails fast: while Redis is away every command is rejected at once instead of being queued, and commands in
 * flight when a connection breaks are rejected too, not sent again (they may have been executed). It reconnects by itself.
 */
export function connectRedis({ url, keyPrefix, timeoutMs = 3_000 }: RedisConfig): RedisStore {
  const redis = new Redis(url, {
    keyPrefix,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    // One timer for the connection, not one for each command.
    socketTimeout: timeoutMs,
    retryStrategy: (attempt) => Math.min(50 * 2 ** (attempt - 1), 1_000),
    // After a failover the old primary answers READONLY until the connection is made anew.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  // Without a listener ioredis prints every failed attempt; the last one is the reason that `check` gives.
  let lastError: Error | undefined
  redis.on('error', (error: Error) => {
    lastError = error
  })
  redis.on('ready', () => {
    lastError = undefined
  })
  markOutages(redis)

  return {
    redis,
    name: 'redis',
    async start() {
      await redis.connect().catch((error: Error) => {
        throw lastError ?? error
      })
    },
    async check() {
      if (redis.status !== 'ready') throw lastError ?? new Error(`the connection is ${redis.status}`)
      await redis.ping()
    },
    async close() {
      // QUIT waits for the answers that are still due; without a connection there are none.
      if (redis.status === 'ready') await redis.quit().catch(() => {})
      redis.disconnect()
    },
  }
}

/** Every command passes through here, those of pipelines and scripts included. */
function markOutages(redis: Redis): void {
  const send = redis.sendCommand.bind(redis)
  redis.sendCommand = (command, stream) => {
    const reject = command.reject
    command.reject = (error) => {
      if (isRedisOutage(error)) Object.assign(error, { retriable: true })
      reject(error)
    }
    return send(command, stream)
  }
}
