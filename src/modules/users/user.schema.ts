import { z } from 'zod';
import { EmailSchema, IdSchema, TimestampSchema } from '../../common/text/text.schema.js';

/** A person with an account, as the API answers it. */
export const UserSchema = z
  .strictObject({
    id: IdSchema,
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(['customer', 'staff', 'admin']),
    createdAt: TimestampSchema,
  })
  .meta({ id: 'User' });

/** A person with an account. */
export type User = z.infer<typeof UserSchema>;

/** What an account is made of; the password is hashed already. */
export interface NewUser {
  readonly email: z.output<typeof EmailSchema>;
  readonly name: string | null;
  readonly passwordHash: string;
  readonly role: User['role'];
}
