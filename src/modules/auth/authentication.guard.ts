import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { problem } from '../../common/problems/problem.js';
import { currentContext } from '../../infrastructure/context/request-context.js';
import { actorLabel, type Actor, type ActorRequest } from '../../infrastructure/http/actor.js';
import type { LiveSession } from './live-session.js';

/** Longest secret token that is looked at, in characters. */
const MAX_TOKEN_LENGTH = 100;

/** Finds out who calls: a guest, or the person of a bearer token. */
@Injectable()
export class AuthenticationGuard extends AuthGuard('jwt') {
  /** @throws Problem `unauthenticated` (401) when a bearer token is presented and not good */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ActorRequest>();
    const presented = /^bearer /i.test(request.headers.authorization ?? '');
    if (presented) await super.canActivate(context);
    const session = presented ? (request as unknown as { user: LiveSession }).user : null;
    request.actor = toActor(request, session);
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

function toActor(request: ActorRequest, session: LiveSession | null): Actor {
  return {
    role: session?.role ?? 'guest',
    userId: session?.userId ?? null,
    sessionId: session?.sessionId ?? null,
    cartToken: token(request.headers['x-cart-token']),
    orderToken: token(request.headers['x-order-token']),
  };
}

function token(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header.length <= MAX_TOKEN_LENGTH ? header : undefined;
}
