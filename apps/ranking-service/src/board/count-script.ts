import { generationsLua } from './keys.ts'

/** A rebuild that has counted nothing for so long is over; in seconds. */
export const REBUILD_LEASE_S = 60

/**
 * Counts a batch of orders, all or nothing: a script runs alone in Redis, and everything that could fail in it (the
 * arguments) is made by plan.ts. The seen-check and the increments must not be two calls: a crash in between would
 * lose an order or count it twice.
 *
 * What comes in is counted in the generation that is shown and, while there is a rebuild, in the one that it fills as well:
 * nothing is missing there when the two are swapped. A rebuild counts in its own only, for as long as it is the one.
 *
 * ARGV  the generation of a rebuild, or empty; number of seen-sets, number of boards, seconds that a seen-set lives on; the
 *       names of the seen-sets, then of the boards; for each board its end in epoch seconds or 0 for never; then each order:
 *       its id, the index of its seen-set, how many boards, their indices, how many items, and for each item its member and
 *       quantity
 *
 * Returns how many orders had not been counted before, -1 to a rebuild that is over. Increments are added up per board first:
 * a batch of a hundred orders of one product costs one ZINCRBY a board.
 */
export const countScript = `${generationsLua}
local seenSets, boards, seenSeconds = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local names = 4
local ends = names + seenSets + boards
local first = ends + boards + 1

local function count(generation)
  local function key(index) return base .. ':' .. generation .. ':' .. ARGV[names + index] end
  local sums = {}
  local counted = 0
  local at = first
  while at <= #ARGV do
    local ofOrder = tonumber(ARGV[at + 2])
    local items = at + 3 + ofOrder
    local last = items + 2 * tonumber(ARGV[items])
    if redis.call('SADD', key(tonumber(ARGV[at + 1])), ARGV[at]) == 1 then
      counted = counted + 1
      for b = at + 3, at + 2 + ofOrder do
        local board = tonumber(ARGV[b])
        local sum = sums[board] or {}
        sums[board] = sum
        for i = items + 1, last, 2 do
          sum[ARGV[i]] = (sum[ARGV[i]] or 0) + tonumber(ARGV[i + 1])
        end
      end
    end
    at = last + 1
  end

  for s = 1, seenSets do
    redis.call('EXPIRE', key(s), seenSeconds)
  end
  for b = 1, boards do
    local sum = sums[seenSets + b]
    if sum then
      local board = key(seenSets + b)
      for member, quantity in pairs(sum) do
        redis.call('ZINCRBY', board, -quantity, member)
      end
      local over = ARGV[ends + b]
      if over ~= '0' then
        redis.call('EXPIREAT', board, over)
      end
    end
  end
  return counted
end

if ARGV[1] == '' then
  if building then count(building) end
  return count(live)
end
if building ~= ARGV[1] then return -1 end
redis.call('EXPIRE', base .. ':building', ${REBUILD_LEASE_S})
return count(building)
`
