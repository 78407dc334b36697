-- Prolongs a lease that is still ours.
-- KEYS[1] lease   ARGV[1] token   ARGV[2] ttl in ms
-- Returns 1 when prolonged, 0 when somebody else holds it or nobody does.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
