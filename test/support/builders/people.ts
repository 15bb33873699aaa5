import { randomUUID } from 'node:crypto';
import type { TestApp } from '../app.js';

/** A person who is signed in. */
export interface SignedInPerson {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

/** A customer who has just registered and signed in. */
export async function aCustomer({ api }: TestApp): Promise<SignedInPerson> {
  const email = `customer-${randomUUID()}@example.com`;
  const password = 'correct horse battery';
  const { body } = await api.post('/v1/auth/register', { email, password, name: 'Ada' });
  return { id: body.id as string, email, password, token: await api.signIn(email, password) };
}

/** A member of staff who is no administrator. */
export async function aStaffMember(app: TestApp): Promise<SignedInPerson> {
  const person = await aCustomer(app);
  await app.database.query(`UPDATE users SET role = 'staff' WHERE id = $1`, [person.id]);
  return { ...person, token: await app.api.signIn(person.email, person.password) };
}

