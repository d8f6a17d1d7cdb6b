import type { Redis } from 'ioredis'
import { base } from '../model/script.ts'

/** Whether the model holds what the topics held when it was last made, and who is making it. */
export interface Marks {
  complete(): Promise<boolean>
  setComplete(): Promise<void>
  /** One replica at a time; to be renewed within `leaseMs`, so that a crash does not leave the model unmade. */
  claim(owner: string, leaseMs: number): Promise<boolean>
  renew(leaseMs: number): Promise<void>
  release(): Promise<void>
}

const complete = `${base}:complete`
const builder = `${base}:builder`

export function modelMarks(redis: Redis): Marks {
  return {
    complete: async () => (await redis.exists(complete)) === 1,
    setComplete: async () => void (await redis.set(complete, new Date().toISOString())),
    claim: async (owner, leaseMs) => (await redis.set(builder, owner, 'PX', leaseMs, 'NX')) === 'OK',
    renew: async (leaseMs) => void (await redis.pexpire(builder, leaseMs)),
    release: async () => void (await redis.del(builder)),
  }
}
