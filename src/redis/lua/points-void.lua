-- Makes a tx that was never admitted impossible: what it paid for has failed.
-- KEYS[1] record of the tx, [2] pending   ARGV[1] tx, [2] lifetime in s
-- Returns 1 when it is void now, 0 when it was admitted.
local record = redis.call('GET', KEYS[1])
if (record and record ~= 'void') or redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], 'void', 'EX', ARGV[2])
return 1
