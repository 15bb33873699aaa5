import { z } from 'zod';
import { EmailSchema, line } from '../../common/text/text.schema.js';

/** A new password: length alone, as NIST SP 800-63B advises. */
const NewPasswordSchema = z.string().min(8).max(128).meta({ examples: ['correct horse battery'] });

/** What a registration sends. */
export const RegisterSchema = z
  .strictObject({ email: EmailSchema, password: NewPasswordSchema, name: line(200).optional() })
  .meta({
    id: 'Register',
    examples: [{ email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' }],
  });

/** A registration. */
export type Register = z.output<typeof RegisterSchema>;

const client = {
  scope: z.string().max(1_000).optional(),
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(200).optional(),
};

/** The form of the token endpoint (RFC 6749, sections 4.3 and 6); client fields are accepted and not needed. */
export const TokenRequestSchema = z
  .discriminatedUnion('grant_type', [
    z.strictObject({
      grant_type: z.literal('password'),
      username: z.string().trim().toLowerCase().min(1).max(254).meta({ description: 'Your e-mail.' }),
      password: z.string().min(1).max(128),
      ...client,
    }),
    z.strictObject({
      grant_type: z.literal('refresh_token'),
      refresh_token: z.string().min(1).max(200),
      ...client,
    }),
  ])
  .meta({
    id: 'TokenRequest',
    examples: [{ grant_type: 'password', username: 'ada@example.com', password: 'correct horse battery' }],
  });

/** A call of the token endpoint. */
export type TokenRequest = z.output<typeof TokenRequestSchema>;

/** Tokens as RFC 6749 (section 5.1) shapes them. */
export const TokensSchema = z
  .strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds for which the access token is valid.' }),
    refresh_token: z.string().meta({ description: 'Good for one refresh.' }),
  })
  .meta({ id: 'Tokens' });

/** Tokens of a session. */
export type Tokens = z.infer<typeof TokensSchema>;
