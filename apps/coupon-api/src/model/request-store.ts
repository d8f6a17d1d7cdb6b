/**
 * Requests are kept in many small hashes, not in keys of their own: Redis packs a small hash, which takes a third of the
 * memory. The last three characters of an id (14 bits) choose the hash, the other 19 are the field.
 *
 * A field cannot expire, a hash can. So hashes belong to a period: written in the present one, read in that and the one
 * before, dropped when both are over. A state thus lives for one to two periods.
 */
export interface Periods {
  present: string
  previous: string
  /** When the hashes of the present period are dropped, in epoch seconds. */
  expiresAt: number
}

export function periodsAt(now: number, periodMs: number): Periods {
  const number = Math.floor(now / periodMs)
  return {
    present: String(number),
    previous: String(number - 1),
    expiresAt: Math.ceil(((number + 2) * periodMs) / 1000),
  }
}

/** First arguments of every script that uses `requestsLua`. */
export function periodArguments({ present, previous, expiresAt }: Periods): [string, string, number] {
  return [present, previous, expiresAt]
}

/**
 * `find(id)`: an outcome is preferred over PENDING whichever period it is in. `keep(id, state, always)`: whether it was
 * written. `decidedBefore(state)`: for a PENDING one, how far its partition is decided, else -1.
 */
export const requestsLua = `
local base = KEYS[1]
local present, previous, expiresAt = base .. ':r:' .. ARGV[1] .. ':', base .. ':r:' .. ARGV[2] .. ':', ARGV[3]

local function kind(state) return string.sub(state, 1, 1) end

local function find(id)
  local bucket, field = string.sub(id, 20), string.sub(id, 1, 19)
  local newer = redis.call('HGET', present .. bucket, field)
  if newer and kind(newer) ~= 'P' then return newer end
  local older = redis.call('HGET', previous .. bucket, field)
  if older and (not newer or kind(older) ~= 'P') then return older end
  return newer
end

local function keep(id, state, always)
  local bucket, field = present .. string.sub(id, 20), string.sub(id, 1, 19)
  local new = redis.call(always and 'HSET' or 'HSETNX', bucket, field, state) == 1
  if new and redis.call('HLEN', bucket) == 1 then redis.call('EXPIREAT', bucket, expiresAt) end
  return always or new
end

local function decidedBefore(state)
  local partition = string.match(state, '^P%.%w+%.%w+%.(%w+)%.')
  return partition and redis.call('HGET', base .. ':progress', tostring(tonumber(partition, 36))) or '-1'
end
`
