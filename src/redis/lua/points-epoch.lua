-- Stands before each points script. KEYS[1] epoch hash {id, run, until}
-- ARGV[1] run id of the server as its connection knows it, ARGV[2] a fresh id, ARGV[3] length of the window in ms
-- A balance is good only in the epoch it was loaded in. A new epoch begins when the key is missing (data lost) or the
-- server was started anew (its journal may have lost its tail), and opens a window: statements that were on their way to
-- Postgres before may still arrive, so what is admitted in it is promised only once Postgres has it. When the window is
-- over the epoch is renewed once more, so that every balance loaded in it is loaded again.
local function now()
  local clock = redis.call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end
-- Returns the id of the epoch and whether its window is open.
local function epoch()
  local state = redis.call('HMGET', KEYS[1], 'id', 'run', 'until')
  if not state[1] or state[2] ~= ARGV[1] then
    redis.call('HSET', KEYS[1], 'id', ARGV[2], 'run', ARGV[1], 'until', now() + ARGV[3])
    return ARGV[2], true
  end
  if state[3] == '0' then return state[1], false end
  if now() < tonumber(state[3]) then return state[1], true end
  redis.call('HSET', KEYS[1], 'id', ARGV[2], 'until', '0')
  return ARGV[2], false
end
-- The lifetime of a balance runs only while nothing of its user is pending.
local function rest(balance, pending, ttlMs)
  if redis.call('EXISTS', pending) == 0 then redis.call('PEXPIRE', balance, ttlMs) end
end
