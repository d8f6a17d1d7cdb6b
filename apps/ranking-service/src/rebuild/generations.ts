import type { Redis, Result } from 'ioredis'
import { REBUILD_LEASE_S } from '../board/count-script.ts'
import { base, firstGeneration, generationsLua } from '../board/keys.ts'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    showGeneration(base: string, generation: string): Result<string | null, Context>
  }
}

/** One set of boards is shown while another is made; then they change places, in one step. */
export interface Generations {
  /** From now on all that comes in is counted in this one too. False where a rebuild is under way already. */
  begin(generation: string): Promise<boolean>
  /** Shows this one instead. Resolves to the one that was shown, undefined where this rebuild is over. */
  show(generation: string): Promise<string | undefined>
  /** Lets go of one that will not be shown. */
  abandon(generation: string): Promise<void>
  /** Generations that are neither shown nor being made: left behind by rebuilds that died. */
  leftBehind(): Promise<string[]>
  /** Deletes what a generation holds. Resolves to how many keys that were. */
  drop(generation: string): Promise<number>
}

const showScript = `${generationsLua}
if building ~= ARGV[1] then return false end
redis.call('SET', base .. ':live', ARGV[1])
redis.call('DEL', base .. ':building')
return live
`

const SCANNED = 1_000

export function createGenerations(redis: Redis): Generations {
  redis.defineCommand('showGeneration', { lua: showScript, numberOfKeys: 1 })
  const prefix = redis.options.keyPrefix ?? ''

  /** Without the installation's prefix. A pattern gets none, and what is found has it. */
  async function* keys(pattern: string): AsyncGenerator<string[]> {
    const match = prefix.replaceAll(/[[\]?*\\]/g, '\\$&') + pattern
    for await (const found of redis.scanStream({ match, count: SCANNED })) {
      const names = (found as string[]).map((key) => key.slice(prefix.length))
      if (names.length > 0) yield names
    }
  }

  return {
    async begin(generation) {
      return (await redis.set(`${base}:building`, generation, 'EX', REBUILD_LEASE_S, 'NX')) === 'OK'
    },
    async show(generation) {
      return (await redis.showGeneration(base, generation)) ?? undefined
    },
    async abandon(generation) {
      if ((await redis.get(`${base}:building`)) === generation) await redis.del(`${base}:building`)
    },
    async leftBehind() {
      const [live, building] = await redis.mget(`${base}:live`, `${base}:building`)
      const found = new Set<string>()
      for await (const names of keys(`${base}:*:*`)) for (const name of names) found.add(name.split(':')[1]!)
      return [...found].filter((generation) => generation !== (live ?? firstGeneration) && generation !== building)
    },
    async drop(generation) {
      let dropped = 0
      for await (const names of keys(`${base}:${generation}:*`)) dropped += await redis.unlink(names)
      return dropped
    },
  }
}
