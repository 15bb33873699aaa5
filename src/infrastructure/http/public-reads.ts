import { Injectable, type PipeTransform } from '@nestjs/common';
import {
  CUSTOM_ROUTE_ARGS_METADATA,
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  HEADERS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../../config/config.js';
import { RateLimitGuard } from '../rate-limits/rate-limit.guard.js';
import { RateLimits } from '../rate-limits/rate-limits.js';
import { guestOf, type ActorRequest } from './actor.js';
import { shapeAnswer } from './answer.interceptor.js';
import { isGranted } from './permissions.js';
import { ProblemFilter } from './problem.filter.js';
import { QueryGuard, type ShapedRequest } from './query.guard.js';
import { RouteRegistry, type Route } from './route-registry.js';
import { createValidationPipe } from './validation.pipe.js';

/** What a route or its controller would add to the pipeline. */
const OWN_STEPS = [EXCEPTION_FILTERS_METADATA, GUARDS_METADATA, HEADERS_METADATA, INTERCEPTORS_METADATA, PIPES_METADATA];

/** What a public read takes of its request, by Nest's number of it. */
const KINDS = new Map([
  [String(RouteParamtypes.QUERY), 'query'],
  [String(RouteParamtypes.PARAM), 'param'],
] as const);

/** A parameter of a handler, as its decorator says it (`ROUTE_ARGS_METADATA`). */
interface Parameter {
  readonly index: number;
  readonly data?: string;
  readonly schema?: Parameters<PipeTransform['transform']>[1]['schema'];
  readonly factory?: (data: unknown, context: ExecutionContextHost) => unknown;
  readonly pipes: readonly unknown[];
}

/** Takes an argument of the handler from its request. */
type Argument = (request: FastifyRequest, context: ExecutionContextHost) => unknown;

interface PublicRead {
  readonly route: Route;
  readonly args: readonly { readonly index: number; readonly take: Argument }[];
}

/**
 * Answers the guests' reads of the catalogue: what most calls of a shop are. The guards, the validation,
 * the handler and the answer's headers are the same as for every call, but are called one after the
 * other: Nest's pipeline takes longer than many of these reads themselves.
 */
@Injectable()
export class PublicReads {
  private readonly rateLimit: RateLimitGuard;
  private readonly query: QueryGuard;
  private readonly pipe = createValidationPipe();

  constructor(
    private readonly routes: RouteRegistry,
    private readonly problems: ProblemFilter,
    limits: RateLimits,
    config: Config,
  ) {
    this.rateLimit = new RateLimitGuard(routes, limits);
    this.query = new QueryGuard(routes, config.shop);
  }

  /** Answers them from now on; all other calls go their usual way. */
  serve(fastify: FastifyInstance): void {
    const reads = new Map(this.routes.routes().filter(isPublicRead).map((route) => [route.path, this.toRead(route)]));
    fastify.addHook('preHandler', (request, reply, done) => {
      const read = request.method === 'GET' ? reads.get(request.routeOptions.url ?? '') : undefined;
      if (!read || request.headers.authorization !== undefined) {
        done();
        return;
      }
      const context = new ExecutionContextHost([request, reply], read.route.controller.constructor as never, read.route.action);
      try {
        const answered = this.answer(read, request as ActorRequest & ShapedRequest, reply, context);
        // What is at hand is sent at once: each promise in between takes longer than finding it.
        if (answered instanceof Promise) answered.catch((error: unknown) => { this.problems.catch(error, context); });
      } catch (error) {
        this.problems.catch(error, context);
      }
    });
  }

  private answer(
    { route, args }: PublicRead,
    request: ActorRequest & ShapedRequest,
    reply: FastifyReply,
    context: ExecutionContextHost,
  ): unknown {
    request.actor = guestOf(request);
    const send = (body: unknown): void => { void reply.send(shapeAnswer(route.operation, request, reply, body)); };
    const call = (): unknown => {
      this.query.canActivate(context);
      const given: unknown[] = [];
      const validated = args.map(({ index, take }) => after(take(request, context), (value) => { given[index] = value; }));
      const ready = validated.some((each) => each instanceof Promise) ? Promise.all(validated) : undefined;
      return after(ready, () => after(route.action.apply(route.controller, given), send));
    };
    return after(this.rateLimit.canActivate(context), call);
  }

  private toRead(route: Route): PublicRead {
    const { controller, action } = route;
    if (OWN_STEPS.some((key) => Reflect.hasMetadata(key, action) || Reflect.hasMetadata(key, controller.constructor))) {
      throw new Error(`${route.handler} has steps of its own, which a public read does not take.`);
    }
    const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller.constructor, action.name) ?? {}) as Record<string, Parameter>;
    // In the order of Nest: of two wrong arguments, the same is named.
    const args = Object.entries(parameters).map(([key, parameter]) => ({ index: parameter.index, take: this.toArgument(route, key, parameter) }));
    return { route, args };
  }

  private toArgument(route: Route, key: string, { data, schema, factory, pipes }: Parameter): Argument {
    if (key.includes(CUSTOM_ROUTE_ARGS_METADATA) && factory) return (_request, context) => factory(data, context);
    const type = KINDS.get(key.split(':', 1)[0] ?? '');
    if (pipes.length > 0 || !type) {
      throw new Error(`${route.handler} takes what no public read does.`);
    }
    return (request) => {
      const all = (type === 'query' ? request.query : request.params) as Record<string, unknown>;
      const given = data === undefined ? all : all[data];
      const result = schema?.['~standard'].validate(given);
      if (result && !(result instanceof Promise) && !result.issues) return result.value;
      return this.pipe.transform(given, { type, data, schema });
    };
  }
}

/** Goes on with a value, at once where it is no promise. */
function after<T>(value: T | Promise<T>, next: (value: T) => unknown): unknown {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Whether a route answers everybody the same, but for the language and currency that they ask for. */
function isPublicRead({ method, operation, permission }: Route): boolean {
  return method === 'GET' && operation.etag === 'content' && isGranted('guest', permission);
}
