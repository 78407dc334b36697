-- Second half: stores settled balance minus what is pending and not in the ledger.
-- KEYS[1] epoch, [2] balance, [3] pending, [4] version fence (highest ledger version that Redis has heard of)
-- ARGV[1..3] see points-epoch, [4] epoch of the first half, [5] settled balance, [6] its version, [7] lifetime of a
--   balance in ms, [8] of the fence in s, [9] JSON {tx: 1} pending in the first half, [10] JSON {tx: 1} of those in the ledger
-- Returns 1 when a balance is loaded, 0 when something moved meanwhile: begin again.
local id = epoch()
if id ~= ARGV[4] then return 0 end
if redis.call('HGET', KEYS[2], 'e') == id then return 1 end
local fence = tonumber(redis.call('GET', KEYS[4]) or '0')
if fence > tonumber(ARGV[6]) then return 0 end
local seen, settled = cjson.decode(ARGV[9]), cjson.decode(ARGV[10])
local available = tonumber(ARGV[5])
local pending = redis.call('HGETALL', KEYS[3])
for i = 1, #pending, 2 do
  if not seen[pending[i]] then return 0 end
  if not settled[pending[i]] then available = available - tonumber(string.match(pending[i + 1], '^%d+')) end
end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'b', string.format('%.0f', available), 'hv', ARGV[6], 'e', id)
rest(KEYS[2], KEYS[3], ARGV[7])
redis.call('SET', KEYS[4], ARGV[6], 'EX', ARGV[8])
return 1
