import { Redis } from 'ioredis'

const STEP = 1_000

/** All keys below a prefix, some at a time. */
async function* keysBelow(redis: Redis, prefix: string): AsyncGenerator<string[]> {
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: STEP })) {
    if ((keys as string[]).length > 0) yield [...new Set(keys as string[])]
  }
}

/** What these keys hold in Redis, keys and administration included. */
export async function bytesOfKeys(url: string, prefix: string): Promise<number> {
  const redis = new Redis(url)
  let bytes = 0
  for await (const keys of keysBelow(redis, prefix)) {
    // All of a key's elements, and not a sample of five.
    const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0)))
    for (const size of sizes) bytes += size ?? 0
  }
  redis.disconnect()
  return bytes
}

export async function dropKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  for await (const keys of keysBelow(redis, prefix)) await redis.unlink(...keys)
  redis.disconnect()
}
