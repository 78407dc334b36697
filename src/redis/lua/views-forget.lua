-- Forgets a batch that is in the counters.
-- KEYS[1] claimed batch   ARGV[1] its id
-- Returns 1 when it was there, 0 when it is another one's by now.
if redis.call('HGET', KEYS[1], 'batch') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
