/**
 * The one table of rates: `burst` requests at once, refilled evenly over `windowSeconds`. `subject` says whose bucket it
 * is. `whenRedisIsDown`: reading goes on, logging in and spending does not.
 */
export type LimitPolicy = {
  burst: number;
  windowSeconds: number;
  subject: 'address' | 'actor' | 'account';
  whenRedisIsDown: 'open' | 'closed';
};

export const limitPolicies = {
  read: { burst: 600, windowSeconds: 60, subject: 'address', whenRedisIsDown: 'open' },
  write: { burst: 120, windowSeconds: 60, subject: 'actor', whenRedisIsDown: 'open' },
  login: { burst: 30, windowSeconds: 300, subject: 'address', whenRedisIsDown: 'closed' },
  loginAccount: { burst: 10, windowSeconds: 300, subject: 'account', whenRedisIsDown: 'closed' },
  register: { burst: 20, windowSeconds: 3_600, subject: 'address', whenRedisIsDown: 'closed' },
  mailSender: { burst: 20, windowSeconds: 3_600, subject: 'address', whenRedisIsDown: 'closed' },
  mailRecipient: { burst: 3, windowSeconds: 3_600, subject: 'account', whenRedisIsDown: 'closed' },
  refresh: { burst: 60, windowSeconds: 60, subject: 'address', whenRedisIsDown: 'closed' },
  mailLink: { burst: 60, windowSeconds: 300, subject: 'address', whenRedisIsDown: 'closed' },
  pointUse: { burst: 60, windowSeconds: 60, subject: 'actor', whenRedisIsDown: 'closed' },
  webhook: { burst: 3_000, windowSeconds: 60, subject: 'address', whenRedisIsDown: 'open' },
  generation: { burst: 20, windowSeconds: 3_600, subject: 'actor', whenRedisIsDown: 'closed' },
  generationGuest: { burst: 5, windowSeconds: 3_600, subject: 'address', whenRedisIsDown: 'closed' },
  chatSend: { burst: 60, windowSeconds: 60, subject: 'actor', whenRedisIsDown: 'open' },
  // Goes on without Redis: Postgres keeps a character from being made twice.
  quickCreate: { burst: 10, windowSeconds: 3_600, subject: 'actor', whenRedisIsDown: 'open' },
  wizard: { burst: 60, windowSeconds: 3_600, subject: 'actor', whenRedisIsDown: 'closed' },
  // Each asks the model many times.
  extraction: { burst: 60, windowSeconds: 3_600, subject: 'actor', whenRedisIsDown: 'open' },
  // Beyond it a page gets what needs no model.
  storySeeds: { burst: 30, windowSeconds: 3_600, subject: 'actor', whenRedisIsDown: 'closed' },
  upload: { burst: 60, windowSeconds: 3_600, subject: 'actor', whenRedisIsDown: 'open' },
  // These answer 200 whatever comes: beyond the rate nothing is noted.
  heartbeat: { burst: 60, windowSeconds: 60, subject: 'actor', whenRedisIsDown: 'open' },
  heartbeatGuest: { burst: 600, windowSeconds: 60, subject: 'address', whenRedisIsDown: 'open' },
  pageEvent: { burst: 300, windowSeconds: 60, subject: 'address', whenRedisIsDown: 'open' },
  static: { burst: 3_000, windowSeconds: 60, subject: 'address', whenRedisIsDown: 'open' },
} as const satisfies Record<string, LimitPolicy>;

export type LimitName = keyof typeof limitPolicies;
