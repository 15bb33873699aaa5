import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '../../../config/config.js';
import { ACCESS_TOKEN, ClaimsSchema } from './access-token.js';
import { AuthService } from './auth.service.js';
import type { LiveSession } from './live-session.js';

/** Accepts an access token that is ours, has not expired and whose session lives. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    config: Config,
    private readonly auth: AuthService,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: config.auth.secret,
      algorithms: [ACCESS_TOKEN.algorithm],
      issuer: ACCESS_TOKEN.issuer,
      audience: ACCESS_TOKEN.audience,
    });
  }

  /** The live session of verified claims, or `false`. */
  async validate(claims: unknown): Promise<LiveSession | false> {
    const parsed = ClaimsSchema.safeParse(claims);
    if (!parsed.success) return false;
    const session = await this.auth.findLiveSession(parsed.data.sid);
    return session !== null && session.userId === parsed.data.sub ? session : false;
  }
}
