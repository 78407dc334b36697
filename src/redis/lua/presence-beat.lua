-- Notes that a viewer is here, and forgets those who have not been heard of for too long.
-- KEYS[1] sorted set viewer -> unix seconds   ARGV[1] viewer, [2] now in s, [3] for how long a sign of life is good, in s
-- Returns 1.
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (ARGV[2] - ARGV[3]))
redis.call('EXPIRE', KEYS[1], 2 * ARGV[3])
return 1
