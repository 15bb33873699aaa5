import { z } from 'zod';

/** Algorithm, issuer and audience of access tokens: fixed, so that no token can choose them. */
export const ACCESS_TOKEN = { algorithm: 'HS256', issuer: 'orderly', audience: 'orderly-api' } as const;

/** The claims that an access token must have: whose it is, and which session. */
export const ClaimsSchema = z.object({ sub: z.uuid(), sid: z.uuid() });
