import type { Redis } from 'ioredis'
import type { Pending } from '../requests/request-state.ts'
import { decodeState, encodeState, encodeUuid, fromBase36 } from './encoding.ts'
import { encodeKeyRecord } from './look-up.ts'
import { periodArguments, periodsAt, requestsLua } from './request-store.ts'
import { pairs, script } from './script.ts'

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
 *
 * The requests come as one text, a line for each, and only what was there before is answered, by its number; see `look-up.ts`.
 */
const lua = `${requestsLua}
local function place(state) return tonumber(string.match(state, '^P%.%w+%.%w+%.%w+%.(%w+)$') or '', 36) end

local progress, decided, known, number = {}, {}, {}, 0
for id, state, partition in string.gmatch(ARGV[4], '(%S+) (P%.%w+%.%w+%.(%w+)%.%w+)\\n') do
  number = number + 1
  if not keep(id, state, false) then
    local before = find(id)
    if place(before) and place(state) < place(before) then keep(id, state, true) end
    known[#known + 1] = tostring(number)
    known[#known + 1] = before
  end
  if not decided[partition] then
    decided[partition] = decidedBefore(state)
    progress[#progress + 1] = partition
    progress[#progress + 1] = decided[partition]
  end
end
for id, record in string.gmatch(ARGV[5], '(%S+) (%S+)\\n') do keep(id, record, false) end
return { progress, known }
`

/** Notes accepted requests as PENDING, any number of them in one round trip; answers in the order of the list. */
export function pendingWriter(
  redis: Redis,
  periodMs: number,
): (requests: AcceptedRequest[], now: number) => Promise<Noted[]> {
  const run = script(redis, lua)

  return async (requests, now) => {
    let states = ''
    let keys = ''
    for (const { requestId, state, keyId } of requests) {
      states += `${encodeUuid(requestId)} ${encodeState(state)}\n`
      if (keyId) keys += `${encodeUuid(keyId)} ${encodeKeyRecord(state.couponPolicyId)}\n`
    }
    const reply = (await run(...periodArguments(periodsAt(now, periodMs)), states, keys)) as string[][]
    const decided = new Map<number, number>()
    for (const [partition, offset] of pairs(reply[0]!)) decided.set(fromBase36(partition), Number(offset))
    const noted = requests.map(({ state: { partition, offset } }): Noted => {
      return { offset, decidedOffset: decided.get(partition)! }
    })
    for (const [number, state] of pairs(reply[1]!)) {
      const before = decodeState(state)
      const note = noted[Number(number) - 1]!
      if (before.status === 'PENDING') note.offset = Math.min(note.offset, before.offset)
    }
    return noted
  }
}
