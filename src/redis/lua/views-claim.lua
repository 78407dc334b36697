-- Takes views out of the pending hash into a batch of their own, unless one is there that was not finished.
-- KEYS[1] claimed batch, [2] pending   ARGV[1] id for a new batch   ARGV[2] most counters in it
-- Returns the batch as fields and values (`batch` is its id); nothing when there are no views.
if redis.call('EXISTS', KEYS[1]) == 0 then
  local taken = redis.call('HRANDFIELD', KEYS[2], ARGV[2], 'WITHVALUES')
  if #taken == 0 then return taken end
  local fields = {}
  for at = 1, #taken, 2 do fields[#fields + 1] = taken[at] end
  redis.call('HSET', KEYS[1], 'batch', ARGV[1], unpack(taken))
  redis.call('HDEL', KEYS[2], unpack(fields))
end
return redis.call('HGETALL', KEYS[1])
