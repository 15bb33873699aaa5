/** Every class of rate limits: what a limit counts together, by caller. */
export const RATE_CLASSES = ['sign-in', 'register', 'checkout', 'write', 'read', 'staff'] as const;

/** A class of rate limits; `health` has none. */
export type RateClass = (typeof RATE_CLASSES)[number] | 'health';
