import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { problem } from '../../common/problems/problem.js';
import type { ActorRequest } from './actor.js';
import { isGranted } from './permissions.js';
import { Requires } from './requires.decorator.js';

/** Lets a caller through whose role has what the route names; a route that names nothing is closed. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws Problem `unauthenticated` (401) for a guest, `forbidden` (403) for a person */
  canActivate(context: ExecutionContext): boolean {
    const permission = this.reflector.get(Requires, context.getHandler());
    const { actor } = context.switchToHttp().getRequest<ActorRequest>();
    if (isGranted(actor.role, permission)) return true;
    throw problem(actor.role === 'guest' ? 'unauthenticated' : 'forbidden');
  }
}
