import { type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../../config/config.js';
import { invalidRequest } from '../../common/problems/problem.js';
import { takeView, type AnswerView } from './answer-view.js';
import type { Route, RouteRegistry } from './route-registry.js';

/** Most names that `?fields=` takes. */
const MAX_FIELDS = 50;

/** What a request asks of any route of its kind. */
export interface ShapedRequest extends FastifyRequest {
  /** The fields that are answered; all of them when it is not set. */
  fields?: ReadonlySet<string>;
  /** Whether the change is only tried. */
  dryRun?: boolean;
  /** The language and currency of the answer, where it may be in several. */
  view?: AnswerView;
}

/**
 * Takes `fields`, `dryRun`, `locale` and `currency` from the query of the routes that know them, and refuses
 * parameters on routes that take none, so that none is silently ignored.
 */
export class QueryGuard implements CanActivate {
  constructor(
    private readonly routes: RouteRegistry,
    private readonly shop: Config['shop'],
  ) {}

  /** @throws Problem `invalid_request` (400) naming each parameter */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<ShapedRequest>();
    const query = request.query as Record<string, unknown>;
    const route = this.routes.of(context.getHandler());
    if (query.fields !== undefined && route.fields.length > 0) {
      request.fields = readFields(route, query.fields);
      delete query.fields;
    }
    if (query.dryRun !== undefined && route.dryRun) {
      request.dryRun = readFlag(query.dryRun);
      delete query.dryRun;
    }
    const view = takeView(route.operation, request, this.shop);
    if (view) request.view = view;
    const names = Object.keys(query);
    if (names.length === 0 || takesQuery(context)) return true;
    throw invalidRequest(
      ...names.slice(0, 20).map((name) => ({ pointer: `/${name.slice(0, 100)}`, detail: 'is not known here' })),
    );
  }
}

function readFields(route: Route, given: unknown): ReadonlySet<string> {
  const names = typeof given === 'string' ? given.split(',', MAX_FIELDS + 1) : [];
  if (names.length === 0 || names.length > MAX_FIELDS || names.some((name) => !route.fields.includes(name))) {
    throw invalidRequest({ pointer: '/fields', detail: `must be names of ${route.fields.join(', ')}, separated by commas` });
  }
  return new Set(names);
}

function readFlag(given: unknown): boolean {
  if (given !== 'true' && given !== 'false') throw invalidRequest({ pointer: '/dryRun', detail: 'must be true or false' });
  return given === 'true';
}

function takesQuery(context: ExecutionContext): boolean {
  const parameters = Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  ) as Record<string, unknown> | undefined;
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${String(RouteParamtypes.QUERY)}:`));
}
