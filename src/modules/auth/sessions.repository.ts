import { Injectable } from '@nestjs/common';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { LiveSession } from './live-session.js';
import { RefreshTokenEntity } from './refresh-token.entity.js';
import { SessionEntity } from './session.entity.js';

/** Sessions and their refresh tokens. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /** Adds a session with its first refresh token. */
  async insert(tx: Transaction, session: SessionEntity, tokenHash: Buffer): Promise<void> {
    await tx.repository(SessionEntity).insert(session);
    await this.insertToken(tx, session.id, tokenHash, session.createdAt);
  }

  /** Adds a refresh token to a session. */
  async insertToken(tx: Transaction, sessionId: string, tokenHash: Buffer, now: Date): Promise<void> {
    await tx.repository(RefreshTokenEntity).insert({ tokenHash, sessionId, createdAt: now, usedAt: null });
  }

  /**
   * The session, if it lives and its person may sign in. Reads `users` as well:
   * one statement on each signed-in request, so that an ended session ends at once.
   */
  async findLive(sessionId: string, now: Date): Promise<LiveSession | null> {
    const [row] = await this.database.query<LiveSession>(
      `SELECT s.id AS "sessionId", u.id AS "userId", u.role
       FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL`,
      [sessionId, now],
    );
    return row ?? null;
  }

  /**
   * Uses up a refresh token of a live session, or answers `null`. One conditional
   * UPDATE: of any number of copies only one finds the token unused.
   */
  async useToken(tx: Transaction, tokenHash: Buffer, now: Date): Promise<LiveSession | null> {
    const [row] = await tx.query<LiveSession>(
      `UPDATE refresh_tokens t SET used_at = $2
       FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE t.token_hash = $1 AND t.used_at IS NULL AND s.id = t.session_id
         AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL
       RETURNING s.id AS "sessionId", u.id AS "userId", u.role`,
      [tokenHash, now],
    );
    return row ?? null;
  }

  /** Ends the session of a refresh token that was used before; false when there is none. */
  async revokeReused(tx: Transaction, tokenHash: Buffer, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE sessions s SET revoked_at = $2, revoked_reason = 'token_reused'
       FROM refresh_tokens t
       WHERE t.token_hash = $1 AND t.used_at IS NOT NULL AND s.id = t.session_id AND s.revoked_at IS NULL
       RETURNING s.id`,
      [tokenHash, now],
    );
    return rows.length > 0;
  }

  /** Ends a session. */
  async revoke(tx: Transaction, sessionId: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE sessions SET revoked_at = $2, revoked_reason = 'signed_out'
       WHERE id = $1 AND revoked_at IS NULL`,
      [sessionId, now],
    );
  }
}
