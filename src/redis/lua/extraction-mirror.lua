-- Mirrors a search for persons: its record and the status of its story, together, and wakes those who follow it.
-- KEYS[1] record, KEYS[2] status of the story, KEYS[3] newest search of the story
-- ARGV[1] record as JSON, ARGV[2] its ttl in s, ARGV[3] status, ARGV[4] its ttl in s, ARGV[5] id of the search
-- Returns 1 when written, 0 when the mirrored search has ended already: a late writer changes nothing.
local before = redis.call('GET', KEYS[1])
if before then
  local status = cjson.decode(before).status
  if status ~= 'queued' and status ~= 'running' then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
local newest = redis.call('GET', KEYS[3])
-- Ids rise with time.
if not newest or newest <= ARGV[5] then
  redis.call('SET', KEYS[3], ARGV[5], 'EX', ARGV[2])
  redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
end
redis.call('PUBLISH', KEYS[1], '')
return 1
