/** Metadata key of a route's idempotency. */
export const IDEMPOTENT = 'orderly:idempotent';

/** Whether the Idempotency-Key of a route may be left out. */
export type IdempotencyMode = 'required' | 'optional';
