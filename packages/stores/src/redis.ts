export { isRedisOutage } from './redis/outage.ts'
export { type RedisConfig, redisSettings } from './redis/settings.ts'
export { connectRedis, type RedisStore } from './redis/store.ts'
