import { z } from 'zod';

const hasControlCharacter = (text: string): boolean => /[\p{Cc}]/u.test(text);
const hasForbiddenCharacter = (text: string): boolean => /[\0]|[\uD800-\uDFFF]/u.test(text);

/** One line of text without control characters, trimmed and in Unicode NFC. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .normalize('NFC')
    .refine((text) => !hasControlCharacter(text) && !hasForbiddenCharacter(text), 'has control characters');

/** Text of several lines, in Unicode NFC; may be empty. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .normalize('NFC')
    .refine((value) => !hasForbiddenCharacter(value), 'has characters that cannot be stored');

/** An e-mail address, trimmed and in lower case, so that one mailbox is one account. */
export const EmailSchema = z
  .string()
  .trim()
  .max(254)
  .toLowerCase()
  .pipe(z.email())
  .meta({ examples: ['ada@example.com'] });

/** A UUID, as every resource has. */
export const IdSchema = z.uuid().meta({ examples: ['01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f'] });

/** A moment as RFC 3339 in UTC. */
export const TimestampSchema = z.iso.datetime().meta({ examples: ['2026-01-31T09:30:00.000Z'] });
