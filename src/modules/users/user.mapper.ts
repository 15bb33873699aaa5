import type { UserEntity } from './user.entity.js';
import type { User } from './user.schema.js';

/** The row of a user as the resource. */
export function toUser(row: UserEntity): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    createdAt: row.createdAt.toISOString(),
  };
}
