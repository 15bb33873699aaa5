import type { Role } from '../../infrastructure/http/permissions.js';

/** Who a live session belongs to. */
export interface LiveSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly role: Role;
}
