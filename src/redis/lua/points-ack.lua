-- Takes entries that are in the ledger off the journal. May run any number of times, for the same entries too.
-- KEYS[1] epoch, [2] outbox, then per entry: balance, pending, version fence
-- ARGV[1..3] see points-epoch, [4] lifetime of a balance in ms, [5] of the fence in s,
--   then per entry: tx, stream id, its version in the ledger, its epoch, 1 when the ledger had it before this statement
-- Returns how many entries were pending.
local id = epoch()
local count = 0
for n = 0, (#KEYS - 2) / 3 - 1 do
  local balance, pending, fence = KEYS[3 + n * 3], KEYS[4 + n * 3], KEYS[5 + n * 3]
  local tx, entry, version, entryEpoch, known = unpack(ARGV, 6 + n * 5, 10 + n * 5)
  local held = redis.call('HGET', pending, tx)
  local heard = tonumber(redis.call('GET', fence) or '0')
  redis.call('HDEL', pending, tx)
  redis.call('XDEL', KEYS[2], entry)
  -- The balance is loaded again when it may not agree with the ledger: it was loaded before a loss, Redis had forgotten
  -- the use, or it took the use a second time.
  if entryEpoch ~= id or (not held and heard < tonumber(version))
    or (held and (known == '1' or string.match(held, ':(.+)$') ~= entry)) then
    redis.call('DEL', balance)
  end
  if heard < tonumber(version) then redis.call('SET', fence, version, 'EX', ARGV[5]) end
  rest(balance, pending, ARGV[4])
  if held then count = count + 1 end
end
return count
