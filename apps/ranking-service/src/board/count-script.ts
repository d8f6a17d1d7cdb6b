/**
 * Counts a batch of orders, all or nothing: a script runs alone in Redis, and everything that could fail in it (the
 * arguments) is made by plan.ts. The seen-check and the increments must not be two calls: a crash in between would
 * lose an order or count it twice.
 *
 * KEYS  the seen-sets, then the boards
 * ARGV  number of seen-sets, seconds that a seen-set lives on, for each board its end in epoch seconds or 0 for never;
 *       then each order: its id, the index of its seen-set, how many boards, their indices, how many items, and for
 *       each item its member and quantity
 *
 * Returns how many orders had not been counted before. Increments are added up per board first: a batch of a hundred
 * orders of one product costs one ZINCRBY a board.
 */
export const countScript = `
local seenSets = tonumber(ARGV[1])
local at = 3 + #KEYS - seenSets
local sums = {}
local counted = 0

while at <= #ARGV do
  local boards = tonumber(ARGV[at + 2])
  local items = at + 3 + boards
  local last = items + 2 * tonumber(ARGV[items])
  if redis.call('SADD', KEYS[tonumber(ARGV[at + 1])], ARGV[at]) == 1 then
    counted = counted + 1
    for b = at + 3, at + 2 + boards do
      local key = KEYS[tonumber(ARGV[b])]
      local sum = sums[key] or {}
      sums[key] = sum
      for i = items + 1, last, 2 do
        sum[ARGV[i]] = (sum[ARGV[i]] or 0) + tonumber(ARGV[i + 1])
      end
    end
  end
  at = last + 1
end

for k = 1, seenSets do
  redis.call('EXPIRE', KEYS[k], ARGV[2])
end
for k = seenSets + 1, #KEYS do
  local sum = sums[KEYS[k]]
  if sum then
    for member, quantity in pairs(sum) do
      redis.call('ZINCRBY', KEYS[k], -quantity, member)
    end
    local ends = ARGV[2 + k - seenSets]
    if ends ~= '0' then
      redis.call('EXPIREAT', KEYS[k], ends)
    end
  end
end
return counted
`
