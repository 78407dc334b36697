-- Takes back what Postgres refused. May run any number of times.
-- KEYS[1] balance, [2] pending, [3] outbox, [4] record of the tx   ARGV[1] tx, [2] stream id
-- Returns 1 when the entry was pending, else 0. A later admission of the same tx is another entry and stays.
local entry = string.match(redis.call('HGET', KEYS[2], ARGV[1]) or '', ':(.+)$')
redis.call('XDEL', KEYS[3], ARGV[2])
if entry ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[4])
-- A refusal means that the balance was too high: it is loaded again rather than raised.
redis.call('DEL', KEYS[1])
return 1
