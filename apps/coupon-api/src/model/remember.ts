import type { Redis } from 'ioredis'
import type { Pending } from '../requests/request-state.ts'
import { decodeState, encodeState, encodeUuid } from './encoding.ts'
import { encodeKeyRecord } from './look-up.ts'
import { periodArguments, periodsAt, requestsLua } from './request-store.ts'
import { script } from './script.ts'

export interface AcceptedRequest {
  requestId: string
  state: Pending
  /** With an Idempotency-Key: the id of the key, see `request-id.ts`. */
  keyId?: string
}

/** How a noted request stands: its place in the log, and how far its partition is decided. */
export interface Noted {
  offset: number
  decidedOffset: number
}

/**
 * The outcome may be faster than the note that the request exists: what is there already stays. But a request that was
 * written twice (two tries with one Idempotency-Key at the same moment) stands where its first record does.
 */
const lua = `${requestsLua}
local function place(state) return tonumber(string.match(state, '^P%.%w+%.%w+%.%w+%.(%w+)$') or '', 36) end

local answers, decided = {}, {}
local last = 4 + 3 * tonumber(ARGV[4])
for i = 5, last, 3 do
  local id, state, partition = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local before = not keep(id, state, false) and find(id) or ''
  if place(before) and place(state) < place(before) then keep(id, state, true) end
  if not decided[partition] then decided[partition] = decidedBefore(state) end
  answers[#answers + 1] = decided[partition]
  answers[#answers + 1] = before
end
for i = last + 1, #ARGV, 2 do keep(ARGV[i], ARGV[i + 1], false) end
return answers
`

/** Notes accepted requests as PENDING, any number of them in one round trip; answers in the order of the list. */
export function pendingWriter(
  redis: Redis,
  periodMs: number,
): (requests: AcceptedRequest[], now: number) => Promise<Noted[]> {
  const run = script(redis, lua)

  return async (requests, now) => {
    const args: (string | number)[] = [requests.length]
    for (const { requestId, state } of requests) args.push(encodeUuid(requestId), encodeState(state), state.partition)
    for (const { keyId, state } of requests)
      if (keyId) args.push(encodeUuid(keyId), encodeKeyRecord(state.couponPolicyId))
    const answers = (await run(...periodArguments(periodsAt(now, periodMs)), ...args)) as string[]
    return requests.map(({ state: { offset } }, index) => ({
      decidedOffset: Number(answers[index * 2]),
      offset: Math.min(offset, placeOf(answers[index * 2 + 1]!) ?? offset),
    }))
  }
}

function placeOf(before: string): number | undefined {
  const known = before === '' ? undefined : decodeState(before)
  return known?.status === 'PENDING' ? known.offset : undefined
}
