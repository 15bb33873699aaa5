/** What a rate limit counts together: calls of one class by one caller. */
export type RateClass = 'sign-in' | 'register' | 'checkout' | 'write' | 'read' | 'staff' | 'health';
