import type { Redis } from 'ioredis'
import type { RequestState } from '../requests/request-state.ts'
import { decodeState, encodeUuid } from './encoding.ts'
import { periodArguments, periodsAt, requestsLua } from './request-store.ts'
import { base, script } from './script.ts'

export interface KnownRequest {
  state: RequestState
  /** Highest offset of the request's partition that is decided; -1 where none is. Only of interest while PENDING. */
  decidedOffset: number
}

export interface Found {
  known: KnownRequest | undefined
  /** Whether a request that is not there does not exist: it may, while the model is being made again. */
  complete: boolean
}

const lua = `${requestsLua}
local answers = { tostring(redis.call('EXISTS', base .. ':complete')) }
for i = 4, #ARGV do
  local state = find(ARGV[i]) or ''
  answers[#answers + 1] = state
  answers[#answers + 1] = decidedBefore(state)
end
return answers
`

/** The present state of each request; one round trip, in the order of the list. */
export function requestReader(redis: Redis, periodMs: number): (requestIds: string[], now: number) => Promise<Found[]> {
  const run = script(redis, lua)

  return async (requestIds, now) => {
    const ids = requestIds.map(encodeUuid)
    const reply = (await run(...periodArguments(periodsAt(now, periodMs)), ...ids)) as string[]
    const complete = reply[0] === '1'
    return requestIds.map((_, index) => {
      const state = reply[index * 2 + 1]
      const known = state ? { state: decodeState(state), decidedOffset: Number(reply[index * 2 + 2]) } : undefined
      return { known, complete }
    })
  }
}

/** Highest decided offset of every partition of coupon-issue. */
export async function readProgress(redis: Redis): Promise<Map<number, number>> {
  const progress = await redis.hgetall(`${base}:progress`)
  return new Map(Object.entries(progress).map(([partition, offset]) => [Number(partition), Number(offset)]))
}
