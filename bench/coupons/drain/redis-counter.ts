import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { BenchServers } from '../../arena/servers.ts'
import { callers } from '../../kafka/produce/producer.ts'
import type { Contestant } from '../../measure/contest.ts'
import { atEnd } from '../../measure/endings.ts'

const CALLERS = 256

/** Who asks while there is stock gets one: 1 issued, 0 sold out, -1 has one already. */
const TAKE = `
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return -1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
return 1`

/** For reference: the counter that many begin with. It forgets when Redis does, tells nobody, and cannot say who came first. */
export const redisCounter = ({ redisUrl }: BenchServers, requests: number, stock: number): Contestant => ({
  name: 'Redis counter in Lua (not durable, not ordered)',
  async round() {
    const redis = new Redis(redisUrl, { enableAutoPipelining: true })
    const key = `bench${randomUUID()}`
    const close = atEnd(async () => {
      await redis.unlink(key)
      redis.disconnect()
    })
    const script = (await redis.script('LOAD', TAKE)) as string
    let issued = 0
    const before = process.cpuUsage()
    const began = performance.now()
    await callers(CALLERS, requests, async (user) => {
      if ((await redis.evalsha(script, 1, key, user, stock)) === 1) issued += 1
    })
    const took = performance.now() - began
    const { user, system } = process.cpuUsage(before)
    await close()
    if (issued !== Math.min(stock, requests)) throw new Error(`the Redis counter issued ${issued} of ${stock}`)
    return { 'decisions/s': (requests * 1000) / took, 'processor µs': (user + system) / requests }
  },
})
