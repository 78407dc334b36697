-- Puts back what Postgres refused. May run any number of times.
-- KEYS[1] balance, [2] pending, [3] outbox, [4] record of the tx   ARGV[1] tx, [2] stream id, [3] lifetime of a balance in ms
-- Returns 1 when the entry was pending, else 0. A later admission of the same tx is another entry and stays.
local amount, entry = string.match(redis.call('HGET', KEYS[2], ARGV[1]) or '', '^(%d+):(.+)$')
redis.call('XDEL', KEYS[3], ARGV[2])
if entry ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[4])
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBY', KEYS[1], 'b', amount) end
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1
