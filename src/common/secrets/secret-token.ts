import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes an unguessable token: 256 bits as base64url. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The hash under which a token is kept; a 256-bit random token needs no slow hash. */
export function hashSecretToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Compares a presented token with a kept hash in constant time. */
export function matchesSecretToken(token: string | undefined, hash: Buffer | null): boolean {
  if (token === undefined || hash === null) return false;
  return timingSafeEqual(hashSecretToken(token), hash);
}
