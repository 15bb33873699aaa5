import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problem } from '../../common/problems/problem.js';
import type { ActorRequest } from '../http/actor.js';
import { RouteRegistry } from '../http/route-registry.js';
import type { RateClass } from './rate-class.js';
import { RateLimits, WINDOW_SECONDS, type Allowance } from './rate-limits.js';

/** Lets a caller through who has not used up the limit of the route's class (IETF draft ratelimit-headers). */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly routes: RouteRegistry,
    private readonly limits: RateLimits,
  ) {}

  /** @throws Problem `rate_limited` (429), with `Retry-After` */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rate = this.routes.of(context.getHandler()).rate;
    if (rate === 'health') return true;
    const http = context.switchToHttp();
    const { actor, ip } = http.getRequest<ActorRequest>();
    // Who signs in or registers is nobody yet: the address is what is counted.
    const caller = actor.userId === null || rate === 'sign-in' || rate === 'register' ? `ip:${ip}` : actor.userId;
    const reply = http.getResponse<FastifyReply>();
    const allowance = this.limits.count(rate, caller);
    if (allowance instanceof Promise) return allowance.then((counted) => tell(reply, rate, counted));
    return tell(reply, rate, allowance);
  }
}

function tell(reply: FastifyReply, rate: RateClass, { limit, left, resetSeconds }: Allowance): true {
  reply
    .header('RateLimit-Policy', `"${rate}";q=${String(limit)};w=${String(WINDOW_SECONDS)}`)
    .header('RateLimit', `"${rate}";r=${String(Math.max(0, left))};t=${String(resetSeconds)}`);
  if (left >= 0) return true;
  reply.header('Retry-After', String(resetSeconds));
  throw problem('rate_limited');
}
