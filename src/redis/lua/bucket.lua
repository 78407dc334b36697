-- Token bucket: takes one token, or says how long to wait.
-- KEYS[1] bucket hash {tokens, at}   ARGV[1] burst   ARGV[2] refill window in ms (burst tokens per window)
-- Returns 0 when a token was taken, else the milliseconds until the next one. Time is the server's.
local burst, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(state[1]) or burst, tonumber(state[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * burst / window)
if tokens < 1 then
  return math.ceil((1 - tokens) * window / burst)
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - 1), 'at', now)
redis.call('PEXPIRE', KEYS[1], window)
return 0
