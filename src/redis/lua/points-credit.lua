-- Adds a committed credit to a loaded balance. May run any number of times.
-- KEYS[1] epoch, [2] balance, [3] version fence   ARGV[1..3] see points-epoch, [4] amount, [5] version of its ledger row,
--   [6] lifetime of the fence in s
-- Returns 1 when it was added, 0 when there was nothing to add it to or it was in already.
local id = epoch()
local added = 0
local balance = redis.call('HMGET', KEYS[2], 'e', 'hv')
if balance[1] == id and tonumber(balance[2]) < tonumber(ARGV[5])
  and redis.call('HSETNX', KEYS[2], 'c' .. ARGV[5], '1') == 1 then
  redis.call('HINCRBY', KEYS[2], 'b', ARGV[4])
  added = 1
end
if tonumber(redis.call('GET', KEYS[3]) or '0') < tonumber(ARGV[5]) then redis.call('SET', KEYS[3], ARGV[5], 'EX', ARGV[6]) end
return added
