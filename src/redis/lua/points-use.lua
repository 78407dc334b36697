-- Admits a use: takes it from the balance and writes it into the journal. All checks come before the first write.
-- KEYS[1] epoch, [2] balance hash {b, hv, e, c<version>}, [3] pending hash tx -> "amount:stream id", [4] outbox stream,
--   [5] record of the tx: "hash after streamId epoch window", or "void"
-- ARGV[1..3] see points-epoch, [4] tx, [5] user, [6] amount, [7] hash of what is asked for, [8] payload (JSON),
--   [9] 1: without a record the caller looks into the ledger first, [10] record's lifetime in s (0: none),
--   [11] most entries, [12] greatest age in ms that the outbox may have
-- Returns one of {'OK', after, stream id, epoch, window}, {'REPLAY', after, stream id, epoch, window, pending},
--   {'REUSED'}, {'VOID'}, {'CHECK'}, {'BACKLOG'}, {'MISS'}, {'SHORT', balance}
local id, window = epoch()
local record = redis.call('GET', KEYS[5])
if record == 'void' then return {'VOID'} end
if record then
  local hash, after, entry, admitted, inWindow = string.match(record, '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
  if hash ~= ARGV[7] then return {'REUSED'} end
  return {'REPLAY', after, entry, admitted, inWindow, redis.call('HEXISTS', KEYS[3], ARGV[4])}
end
if ARGV[9] == '1' then return {'CHECK'} end
local oldest = redis.call('XRANGE', KEYS[4], '-', '+', 'COUNT', 1)[1]
if oldest and (now() - tonumber(string.match(oldest[1], '^%d+')) > tonumber(ARGV[12])
  or redis.call('XLEN', KEYS[4]) >= tonumber(ARGV[11])) then
  return {'BACKLOG'}
end
local balance = redis.call('HMGET', KEYS[2], 'b', 'e')
if not balance[1] or balance[2] ~= id then return {'MISS'} end
if tonumber(balance[1]) < tonumber(ARGV[6]) then return {'SHORT', balance[1]} end
local after = tostring(redis.call('HINCRBY', KEYS[2], 'b', -ARGV[6]))
local flag = window and '1' or '0'
redis.call('PERSIST', KEYS[2])
local entry = redis.call('XADD', KEYS[4], '*', 't', ARGV[4], 'u', ARGV[5], 'a', ARGV[6], 'e', id, 'w', flag, 'n', after, 'p', ARGV[8])
redis.call('HSET', KEYS[3], ARGV[4], ARGV[6] .. ':' .. entry)
if ARGV[10] ~= '0' then
  redis.call('SET', KEYS[5], table.concat({ARGV[7], after, entry, id, flag}, ' '), 'EX', ARGV[10])
end
return {'OK', after, entry, id, flag}
