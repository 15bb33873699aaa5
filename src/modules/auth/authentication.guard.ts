import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { problem } from '../../common/problems/problem.js';
import { currentContext } from '../../infrastructure/context/request-context.js';
import { actorLabel, guestOf, type ActorRequest } from '../../infrastructure/http/actor.js';
import type { LiveSession } from './live-session.js';

/** Finds out who calls: a guest, or the person of a bearer token. */
@Injectable()
export class AuthenticationGuard extends AuthGuard('jwt') {
  /** @throws Problem `unauthenticated` (401) when a bearer token is presented and not good */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ActorRequest>();
    request.actor = guestOf(request);
    if (/^bearer /i.test(request.headers.authorization ?? '')) {
      await super.canActivate(context);
      const { role, userId, sessionId } = (request as unknown as { user: LiveSession }).user;
      request.actor = { ...request.actor, role, userId, sessionId };
    }
    const current = currentContext();
    if (current) current.actor = actorLabel(request.actor);
    return true;
  }

  /** @throws Problem `unauthenticated` (401); `error` itself when the check could not be made */
  override handleRequest<T>(error: unknown, session: T | false): T {
    if (error instanceof Error) throw error;
    if (session === false) throw problem('unauthenticated');
    return session;
  }
}
