/**
 * Every Redis key of the system: name, type, lifetime and writer. All of them may be lost (Postgres remembers), but for
 * the points keys, whose promise README states.
 */
export const keys = {
  /** string "1", 24 h; set by verify-email, deleted by register. The name is part of the contract. */
  preverifiedEmail: (email: string) => `auth:preverified_email:${email}`,
  /** string JSON, 60 s; a session as requests see it. Revoking writes a tombstone that outlives the access token. */
  session: (sessionId: string) => `auth:sid:${sessionId}`,
  /** hash {tokens, at}, as long as a full refill takes; written by the limiter's script. */
  rateLimit: (policy: string, subject: string) => `rl:${policy}:${subject}`,
  /** string, id of the character made for a request, 1 h; the name is part of the contract. Postgres holds the truth. */
  quickCreate: (userId: string, requestId: string) => `quick-create-30s:${userId}:${requestId}`,
  /** string, owner's token, 45 s, renewed while the owner lives; a lease. */
  quickCreateLock: (userId: string, requestId: string) => `quick-create-30s:${userId}:${requestId}:lock`,
  /** stream of {kind, data}, 1 h after the last event; written by the process that writes the story. */
  generationEvents: (jobId: string) => `gen:${jobId}:events`,
  // Mirrors of `extraction_jobs` (script extraction-mirror.lua), under the contract's names; answers come from Postgres.
  /** string JSON, 1 h after the last write; a search for persons as its page polls it. Its name is the channel of pings, too. */
  extractionRecord: (jobId: string) => `story:job:${jobId}`,
  /** string `in_progress` 1,800 s, `completed` 120 s, `cancelled` 60 s, `failed` 300 s or `error` 60 s. */
  extractionStatus: (storyId: string) => `extract:status:${storyId}`,
  /** string, id of the story's newest search, 1 h; an older one does not change the status. */
  extractionNewest: (storyId: string) => `extract:newest:${storyId}`,
  /** string, 10 s, renewed by its holder; one turn at a time in a room. */
  turnLease: (roomId: string) => `chat:room:${roomId}:lease`,
  /** stream of a turn's text, 1 h after the last event; written by the process that runs the turn. */
  turnEvents: (turnId: string) => `chat:turn:${turnId}:events`,
  /** string JSON {version, meta}, 30 days; a room's state as its page reads it, good for that version of the row. */
  roomMeta: (roomId: string) => `chat:room:${roomId}:meta`,
  /** string JSON, 10 min; what a page asks of a story up to a chapter. The name holds who may read what and the texts' stamp. */
  storyContext: (storyId: string, kind: string, hash: string) => `origchat:story:${storyId}:${kind}:${hash}`,
  /** string, 15 s, renewed by its holder; the seeds of a story are made once at a time. */
  storySeedsLease: (storyId: string) => `origchat:story:${storyId}:seeds:lease`,
  /** string, 15 s, renewed by its holder; the greeting of a room is written once at a time. */
  origchatIntro: (roomId: string) => `origchat:room:${roomId}:intro`,
  // Points: {…} is the shard, so that a user's keys and the journal are in one slot of a cluster. Scripts points-*.lua.
  /** hash {id, run, until}, kept; which loaded balances are good. Renewed when the server lost data or was started anew. */
  pointsEpoch: (shard: number) => `points:{${shard}}:epoch`,
  /** stream of uses, each until the worker has written it to the ledger. This is the journal. */
  pointsOutbox: (shard: number) => `points:{${shard}}:outbox`,
  /** hash {b available, hv ledger version when loaded, e epoch, c<version> credits seen}, 300 s while nothing is pending. */
  pointsBalance: (shard: number, userId: string) => `points:{${shard}}:b:${userId}`,
  /** hash tx -> amount:entry of the user's uses in the outbox, kept. */
  pointsPending: (shard: number, userId: string) => `points:{${shard}}:p:${userId}`,
  /** string, newest ledger version heard of, 1 day; an older load is refused. */
  pointsFence: (shard: number, userId: string) => `points:{${shard}}:v:${userId}`,
  /** string, what a use with an idempotency key asked for and was answered, 24 h; the ledger remembers it for good. */
  pointsRecord: (shard: number, txId: string) => `points:{${shard}}:i:${txId}`,
  /** string "1", 10 s; renewed by each worker, read by /ready. */
  workerSeen: () => 'worker:seen',
  /** hash kind:id -> views since the last flush, kept. */
  viewsPending: () => 'views:{all}:pending',
  /** hash, the batch of views on its way to the counters, kept until it is there. Scripts views-*.lua. */
  viewsClaimed: () => 'views:{all}:claimed',
  /** string JSON, 30 s; the tags that public characters use most, written by whoever asks for them. */
  usedTags: () => 'tags:used',
  /** string, how many stories fit a filter, 30 s; only where they are many. Written by whoever asks for the list. */
  storyTotal: (filter: string) => `stories:total:${filter}`,
  /** string counter, rooms ever made to play a story, kept; the name is part of the contract. Postgres holds the truth. */
  storyStarts: (storyId: string) => `origchat:story:${storyId}:starts`,
  // Metrics: {…} is the day in Seoul, YYYYMMDD. Script metrics-count.lua; the roll-up writes them to Postgres.
  /** hash {generation, tti_ms, tti_count …}, 3 days; origchat as a whole. */
  metricsDay: (day: string) => `metrics:{${day}}`,
  /** hash <story>:<name> -> count, 3 days. */
  metricsStories: (day: string) => `metrics:{${day}}:stories`,
  /** hash <room>:<name> -> count, and <room>:<story>, 3 days. */
  metricsRooms: (day: string) => `metrics:{${day}}:rooms`,
  /** hash path -> views, 3 days; at most some hundred paths. */
  metricsPages: (day: string) => `metrics:{${day}}:pages`,
  /** sorted set viewer -> unix seconds, twice the lifetime of a sign of life; the name is part of the contract. */
  presence: () => 'metrics:online:zset:v1',
  /** string JSON {total, counts}, 60 s; written only with whole counts that are not zero. */
  contentCounts: (day: string) => `metrics:content_counts:${day}`,
} as const;

/** Lifetimes in seconds, beside the keys they belong to. */
export const ttlSeconds = {
  metricsDay: 259_200,
  contentCounts: 60,
  usedTags: 30,
  storyTotal: 30,
  preverifiedEmail: 86_400,
  session: 60,
  quickCreate: 3_600,
  quickCreateLock: 45,
  generationEvents: 3_600,
  extractionRecord: 3_600,
  turnEvents: 3_600,
  roomMeta: 2_592_000,
  storyContext: 600,
  storySeeds: 86_400,
  pointsBalance: 300,
  pointsFence: 86_400,
  pointsRecord: 86_400,
  workerSeen: 10,
} as const;
