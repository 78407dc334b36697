-- First half of loading a balance: what the journal holds of the user, before Postgres is asked.
-- KEYS[1] epoch, [2] balance, [3] pending   ARGV[1..3] see points-epoch
-- Returns {} when the balance is loaded, else {epoch, {pending tx …}}
local id = epoch()
if redis.call('HGET', KEYS[2], 'e') == id then return {} end
return {id, redis.call('HKEYS', KEYS[3])}
