import { Injectable, RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { z } from 'zod';
import type { ProblemCode } from '../../common/problems/problem-codes.js';
import { IDEMPOTENT, type IdempotencyMode } from '../idempotency/idempotency-mode.js';
import type { RateClass } from '../rate-limits/rate-class.js';
import { OPERATION, type OperationOptions } from './operation.decorator.js';
import { leastRole, type Permission } from './permissions.js';
import { Requires } from './requires.decorator.js';

/** A method of a controller that answers a route. */
export type Action = (...args: unknown[]) => unknown;

/** A route with all that its decorators say. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handler: string;
  /** The controller of the handler, and its method. */
  readonly controller: object;
  readonly action: Action;
  readonly operation: OperationOptions;
  readonly permission: Permission;
  readonly idempotency: IdempotencyMode | undefined;
  readonly rate: RateClass;
  /** Types of the events that a call may write. */
  readonly emits: readonly string[];
  /** Whether `?dryRun=true` shows what a call would do: every change that staff make. */
  readonly dryRun: boolean;
  /** Names for `?fields=`: those of the answer, or of each row of a list; none where there is nothing to choose. */
  readonly fields: readonly string[];
  /** Every code that the route may answer, but for faults of our own (5xx). */
  readonly problems: readonly ProblemCode[];
}

/** Knows every route, and refuses to start when one says too little. */
@Injectable()
export class RouteRegistry {
  private found: Route[] | undefined;
  private readonly byHandler = new Map<object, Route>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Fails the start when a route names no permission or promises nothing. */
  onModuleInit(): void {
    this.routes();
  }

  /**
   * All routes of the application.
   *
   * @throws Error naming the handler that lacks a decorator, or an id that is used twice
   */
  routes(): readonly Route[] {
    if (this.found) return this.found;
    const found = this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const controller = instance as object;
      const actions = Object.getPrototypeOf(controller) as Record<string, Action>;
      const base = String(Reflect.getMetadata('path', metatype as object));
      return this.scanner.getAllMethodNames(actions).flatMap((name) => {
        const action = actions[name];
        if (!action || !Reflect.hasMetadata('method', action)) return [];
        return toRoute(base, `${metatype?.name ?? ''}.${name}`, { controller, action });
      });
    });
    assertUniqueIds(found);
    for (const route of found) this.byHandler.set(route.action, route);
    this.found = found;
    return found;
  }

  /** The route of a handler method. */
  of(method: object): Route {
    this.routes();
    const route = this.byHandler.get(method);
    if (!route) throw new Error('A handler is called that is no route.');
    return route;
  }
}

function toRoute(base: string, handler: string, { controller, action }: Pick<Route, 'controller' | 'action'>): Route {
  const permission = Reflect.getMetadata(Requires.KEY, action) as Permission | undefined;
  if (permission === undefined) throw new Error(`${handler} names no permission: add @Requires.`);
  const operation = Reflect.getMetadata(OPERATION, action) as OperationOptions | undefined;
  if (operation === undefined) throw new Error(`${handler} promises nothing: add @Operation.`);
  const idempotency = Reflect.getMetadata(IDEMPOTENT, action) as IdempotencyMode | undefined;
  const verb = RequestMethod[Reflect.getMetadata('method', action) as number] ?? 'GET';
  const path = `/${[base, String(Reflect.getMetadata('path', action))]
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/')}`;
  const changes = verb !== 'GET';
  if (changes && operation.emits === undefined) throw new Error(`${handler} does not say which events it emits.`);
  if (changes && idempotency === undefined) throw new Error(`${handler} cannot be repeated: add @Idempotent.`);
  const route = {
    method: verb,
    path,
    handler,
    controller,
    action,
    operation,
    permission,
    idempotency,
    rate: operation.rate ?? rateOf(verb, path),
    emits: (operation.emits ?? []).map(({ type }) => type).sort(),
    fields: changes ? [] : fieldsOf(operation.answers),
    dryRun: changes && path.startsWith('/v1/admin/'),
  };
  return { ...route, problems: problemsOf(route) };
}

function rateOf(method: string, path: string): RateClass {
  if (path.startsWith('/v1/admin/')) return 'staff';
  if (!path.startsWith('/v1/')) return 'health';
  return method === 'GET' ? 'read' : 'write';
}

/** The fields of an object, or of the rows of a list. */
function fieldsOf(answers: z.ZodType | undefined): string[] {
  if (!(answers instanceof z.ZodObject)) return [];
  const shape = answers.shape as Record<string, z.ZodType>;
  const rows = shape.data;
  if (!(rows instanceof z.ZodArray)) return Object.keys(shape);
  return fieldsOf(rows.element as z.ZodType);
}

function problemsOf(route: Omit<Route, 'problems'>): ProblemCode[] {
  const { operation, permission, idempotency, method, path } = route;
  const codes = new Set<ProblemCode>(operation.problems);
  codes.add('invalid_request').add('unauthenticated');
  if (!['guest', 'customer'].includes(leastRole(permission))) codes.add('forbidden');
  if (path.includes(':') && !operation.upserts) codes.add('not_found');
  if (route.rate !== 'health') codes.add('rate_limited');
  if (['POST', 'PATCH', 'PUT'].includes(method)) {
    for (const code of ['malformed_body', 'body_too_large', 'unsupported_media_type'] as const) codes.add(code);
  }
  if (operation.ifMatch) codes.add('precondition_failed');
  if (operation.ifMatch === 'required') codes.add('precondition_required');
  if (idempotency) codes.add('idempotency_in_flight').add('idempotency_key_reused');
  if (idempotency === 'required') codes.add('idempotency_key_required');
  return [...codes].sort();
}

function assertUniqueIds(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { operation, handler } of routes) {
    if (seen.has(operation.id)) throw new Error(`${handler} uses the operation id ${operation.id} again.`);
    seen.add(operation.id);
  }
}
