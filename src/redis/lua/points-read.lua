-- What is known of a user's points, without changing anything.
-- KEYS[1] epoch, [2] balance, [3] pending   ARGV[1] run id of the server
-- Returns {balance or '' when it is not loaded, {tx, "amount:stream id" …} of all that is pending}.
local state = redis.call('HMGET', KEYS[1], 'id', 'run', 'until')
local balance = redis.call('HMGET', KEYS[2], 'b', 'e')
local clock = redis.call('TIME')
local over = state[3] and state[3] ~= '0' and clock[1] * 1000 + math.floor(clock[2] / 1000) >= tonumber(state[3])
local good = balance[1] and balance[2] == state[1] and state[2] == ARGV[1] and not over
return {good and balance[1] or '', redis.call('HGETALL', KEYS[3])}
