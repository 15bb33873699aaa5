import { z } from 'zod';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';

/** An account was made. */
export const USER_REGISTERED = defineEvent({
  type: 'user.registered',
  version: 1,
  aggregate: 'user',
  meaning: 'An account was made.',
  payload: z.strictObject({ userId: z.uuid() }),
});
