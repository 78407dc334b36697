-- Appends events to a stream that has not ended, and wakes its readers.
-- KEYS[1] stream   ARGV[1] ttl in ms, ARGV[2] 1 when the last of these ends the stream, then per event: id, name, data
-- Returns 1 when all were appended, 0 when the stream had ended (nothing is written then).
-- Ids that are not greater than the newest are skipped: an append whose answer was lost may be sent again.
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local seq, off = -1, -1
if newest then
  local fields = newest[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'end' then return 0 end
  end
  local a, b = string.match(newest[1], '^(%d+)-(%d+)$')
  seq, off = tonumber(a), tonumber(b)
end
for i = 3, #ARGV, 3 do
  local a, b = string.match(ARGV[i], '^(%d+)-(%d+)$')
  a, b = tonumber(a), tonumber(b)
  if a > seq or (a == seq and b > off) then
    if ARGV[2] == '1' and i + 3 > #ARGV then
      redis.call('XADD', KEYS[1], ARGV[i], 'event', ARGV[i + 1], 'data', ARGV[i + 2], 'end', '1')
    else
      redis.call('XADD', KEYS[1], ARGV[i], 'event', ARGV[i + 1], 'data', ARGV[i + 2])
    end
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PUBLISH', KEYS[1], '')
return 1
