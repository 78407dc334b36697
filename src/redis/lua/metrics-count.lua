-- Counts things of a day. All keys of a day share a hash tag.
-- KEYS[1] the day's hash, [2..] further hashes   ARGV[1] id for a day that Redis does not know yet, [2] lifetime in s,
--   [3] most fields a hash may have, then per count: number of its key, field, amount
-- Returns 1. What would be one field too many is counted under "other" alone.
redis.call('HSETNX', KEYS[1], 'generation', ARGV[1])
for i = 4, #ARGV, 3 do
  local key, field = KEYS[tonumber(ARGV[i])], ARGV[i + 1]
  if redis.call('HEXISTS', key, field) == 0 and redis.call('HLEN', key) >= tonumber(ARGV[3]) then field = 'other' end
  redis.call('HINCRBY', key, field, ARGV[i + 2])
end
for i = 1, #KEYS do redis.call('EXPIRE', KEYS[i], ARGV[2]) end
return 1
