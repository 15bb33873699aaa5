import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../config/config.js';
import { problem, type Problem } from '../../common/problems/problem.js';
import { hashSecretToken, newSecretToken } from '../../common/secrets/secret-token.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database, Refusal } from '../../infrastructure/database/database.js';
import type { SignedInActor } from '../../infrastructure/http/actor.js';
import { UsersService, type User } from '../users/index.js';
import type { Register, TokenRequest, Tokens } from './auth.schema.js';
import { ACCESS_TOKEN, ClaimsSchema } from './access-token.js';
import { PasswordHasher } from './password-hasher.js';
import type { LiveSession } from './live-session.js';
import { SessionsRepository } from './sessions.repository.js';

/** Registration, sign-in and sessions. */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsRepository,
    private readonly passwords: PasswordHasher,
    private readonly jwt: JwtService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Makes a customer's account.
   *
   * @throws Problem `email_taken` (409)
   */
  async register({ email, password, name }: Register): Promise<User> {
    const passwordHash = await this.passwords.hash(password);
    return this.database.transaction((tx) =>
      this.users.create(tx, { email, name: name ?? null, passwordHash, role: 'customer' }),
    );
  }

  /**
   * Answers a call of the token endpoint.
   *
   * @throws Problem `invalid_grant` (400)
   */
  token(request: TokenRequest): Promise<Tokens> {
    return request.grant_type === 'password'
      ? this.signIn(request.username, request.password)
      : this.refresh(request.refresh_token);
  }

  /** Ends the caller's session; its tokens are refused from now on. */
  signOut(actor: SignedInActor): Promise<void> {
    return this.database.transaction((tx) => this.sessions.revoke(tx, actor.sessionId, this.clock.now()));
  }

  /** The live session of an access token, or `null`. */
  findLiveSession(sessionId: string): Promise<LiveSession | null> {
    return this.sessions.findLive(sessionId, this.clock.now());
  }

  /** The live session of an access token that came otherwise than as a bearer, or `null`. */
  async verify(accessToken: string): Promise<LiveSession | null> {
    const { algorithm, issuer, audience } = ACCESS_TOKEN;
    const claims: unknown = await this.jwt
      .verifyAsync(accessToken, { algorithms: [algorithm], issuer, audience })
      .catch(() => null);
    const parsed = ClaimsSchema.safeParse(claims);
    if (!parsed.success) return null;
    const session = await this.findLiveSession(parsed.data.sid);
    return session?.userId === parsed.data.sub ? session : null;
  }

  /** Makes the first administrator, unless there is one. */
  async createFirstAdministrator(email: string, password: string): Promise<boolean> {
    if (await this.users.hasAdministrator()) return false;
    const passwordHash = await this.passwords.hash(password);
    await this.database.transaction((tx) =>
      this.users.create(tx, { email: email.toLowerCase(), name: 'Administrator', passwordHash, role: 'admin' }),
    );
    return true;
  }

  private async signIn(email: string, password: string): Promise<Tokens> {
    const found = await this.users.findCredentials(email);
    const matched = await this.passwords.matches(password, found?.passwordHash ?? null);
    if (!found || !matched || found.disabled) throw invalidGrant('The e-mail or the password is wrong.');

    const now = this.clock.now();
    const session = {
      id: uuidv7(),
      userId: found.userId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + this.config.auth.refreshTokenTtlSeconds * 1_000),
      revokedAt: null,
      revokedReason: null,
    };
    const refreshToken = newSecretToken();
    const tokens = await this.tokens(session.userId, session.id, refreshToken);
    return this.database.transaction(async (tx) => {
      await this.sessions.insert(tx, session, hashSecretToken(refreshToken));
      return tokens;
    });
  }

  private refresh(presented: string): Promise<Tokens> {
    const next = newSecretToken();
    const hash = hashSecretToken(presented);
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const live = await this.sessions.useToken(tx, hash, now);
      if (!live) {
        await this.sessions.revokeReused(tx, hash, now);
        return new Refusal(invalidGrant('The refresh token is wrong, expired, used or revoked.'));
      }
      await this.sessions.insertToken(tx, live.sessionId, hashSecretToken(next), now);
      return this.tokens(live.userId, live.sessionId, next);
    });
  }

  private async tokens(userId: string, sessionId: string, refreshToken: string): Promise<Tokens> {
    const issuedAt = Math.floor(this.clock.now().getTime() / 1_000);
    const expiresIn = this.config.auth.accessTokenTtlSeconds;
    const accessToken = await this.jwt.signAsync({
      sub: userId,
      sid: sessionId,
      iat: issuedAt,
      exp: issuedAt + expiresIn,
    });
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refreshToken,
    };
  }
}

/** `error` and `error_description` are what OAuth clients look for (RFC 6749, section 5.2). */
function invalidGrant(description: string): Problem {
  return problem('invalid_grant', { error: 'invalid_grant', error_description: description });
}
