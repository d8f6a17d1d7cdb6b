import type { Redis } from 'ioredis'
import { base, completeMark } from '../model/script.ts'

/** Whether the model holds what the topics held when it was last made, and who is making it. */
export interface Marks {
  complete(): Promise<boolean>
  /** One replica at a time; to be renewed within `leaseMs`, so that a crash does not leave the model unmade. */
  claim(owner: string, leaseMs: number): Promise<boolean>
  renew(owner: string, leaseMs: number): Promise<void>
  /** Marks the model complete and lets go. False where the claim is gone: Redis lost its data meanwhile, and what was made with it. */
  finish(owner: string): Promise<boolean>
  /** Lets go without having made it. */
  release(owner: string): Promise<void>
}

const builder = `${base}:builder`

const ifOurs = (lua: string) => `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
${lua}
return 1`
const RENEW = ifOurs(`redis.call('PEXPIRE', KEYS[1], ARGV[2])`)
const FINISH = ifOurs(`redis.call('SET', KEYS[2], ARGV[2]) redis.call('DEL', KEYS[1])`)
const RELEASE = ifOurs(`redis.call('DEL', KEYS[1])`)

export function modelMarks(redis: Redis): Marks {
  return {
    complete: async () => (await redis.exists(completeMark)) === 1,
    claim: async (owner, leaseMs) => (await redis.set(builder, owner, 'PX', leaseMs, 'NX')) === 'OK',
    renew: async (owner, leaseMs) => void (await redis.eval(RENEW, 1, builder, owner, leaseMs)),
    finish: async (owner) =>
      (await redis.eval(FINISH, 2, builder, completeMark, owner, new Date().toISOString())) === 1,
    release: async (owner) => void (await redis.eval(RELEASE, 1, builder, owner)),
  }
}
