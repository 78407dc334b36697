import { handlers } from '../../worker/handlers.ts';

/** Loaded before a worker by `start.test.ts`: as if somebody had forgotten to write the handler down. */
Reflect.deleteProperty(handlers, 'mail.verify');
