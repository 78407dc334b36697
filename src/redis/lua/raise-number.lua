-- Brings a number up to at least ARGV[1]; a higher one stays. What is no number is replaced.
-- KEYS[1] the number. Returns the number as it is then.
local now = tonumber(redis.call('GET', KEYS[1]) or '-1')
local wanted = tonumber(ARGV[1])
if now == nil or now < wanted then
  redis.call('SET', KEYS[1], string.format('%d', wanted))
  return wanted
end
return now
