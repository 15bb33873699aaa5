import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Role } from './permissions.js';

/** Who calls, and which secret tokens the caller presents for a cart or an order. */
export interface Actor {
  readonly role: Role | 'guest';
  /** `null` for a guest. */
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly cartToken: string | undefined;
  readonly orderToken: string | undefined;
}

/** A request that has passed the authentication guard. */
export interface ActorRequest extends FastifyRequest {
  actor: Actor;
}

/** A person who is signed in. */
export type SignedInActor = Actor & { readonly userId: string; readonly sessionId: string };

/** Longest secret token that is looked at, in characters. */
const MAX_TOKEN_LENGTH = 100;

/** The caller of a request that names nobody. */
export function guestOf({ headers }: FastifyRequest): Actor {
  return {
    role: 'guest',
    userId: null,
    sessionId: null,
    cartToken: secretToken(headers['x-cart-token']),
    orderToken: secretToken(headers['x-order-token']),
  };
}

function secretToken(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header.length <= MAX_TOKEN_LENGTH ? header : undefined;
}

/** The caller, as the authentication guard found it. */
export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => context.switchToHttp().getRequest<ActorRequest>().actor,
);

/** How logs, events and movements name the caller. */
export function actorLabel(actor: Actor): string {
  return actor.userId === null ? 'guest' : `user:${actor.userId}`;
}

/** Tells whether the caller works for the shop. */
export function isStaff(actor: Actor): boolean {
  return actor.role === 'staff' || actor.role === 'admin';
}
