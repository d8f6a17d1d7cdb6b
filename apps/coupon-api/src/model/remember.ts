import type { Redis } from 'ioredis'
import type { RequestState } from '../requests/request-state.ts'
import { encodeState, encodeUuid } from './encoding.ts'
import { encodeKeyRecord } from './look-up.ts'
import { periodArguments, periodsAt, requestsLua } from './request-store.ts'
import { script } from './script.ts'

export interface AcceptedRequest {
  requestId: string
  state: Extract<RequestState, { status: 'PENDING' }>
  /** With an Idempotency-Key: the id of the key, see `request-id.ts`. */
  keyId?: string
}

/** The outcome may be faster than the note that the request exists: what is there already stays. */
const lua = `${requestsLua}
for i = 4, #ARGV, 2 do keep(ARGV[i], ARGV[i + 1], false) end
return (#ARGV - 3) / 2
`

/** Notes accepted requests as PENDING, any number of them in one round trip. */
export function pendingWriter(
  redis: Redis,
  periodMs: number,
): (requests: AcceptedRequest[], now: number) => Promise<void> {
  const run = script(redis, lua)

  return async (requests, now) => {
    const args: string[] = []
    for (const { requestId, state, keyId } of requests) {
      args.push(encodeUuid(requestId), encodeState(state))
      if (keyId) args.push(encodeUuid(keyId), encodeKeyRecord(state.couponPolicyId))
    }
    await run(...periodArguments(periodsAt(now, periodMs)), ...args)
  }
}
