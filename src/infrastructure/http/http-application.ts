import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../../config/config.js';
import { problem } from '../../common/problems/problem.js';
import { runInContext } from '../context/request-context.js';
import { LOG, NestLog, type Log } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { endRequestSpan, runInRequestSpan } from '../tracing/request-span.js';
import { AnswerInterceptor } from './answer.interceptor.js';
import { DryRunInterceptor } from './dry-run.interceptor.js';
import { FILE_LIMIT_BYTES } from './file-limit.js';
import { serveDocuments } from './openapi.js';
import { ProblemFilter, sendProblem, toProblem } from './problem.filter.js';
import { PublicReads } from './public-reads.js';
import { QueryGuard } from './query.guard.js';
import { limitBodyTime } from './body-time.js';
import { RAW_BODIES, RawBody, type BodyConfig } from './raw-body.js';
import { RouteRegistry } from './route-registry.js';
import { createValidationPipe } from './validation.pipe.js';

/** Bytes of a body at most; files of imports have a limit of their own. */
export const BODY_LIMIT_BYTES = 1_048_576;
const CLOSE_SWEEP_MS = 50;

/**
 * Makes the HTTP application of a root module: one way of validation, answers and
 * errors for every route. It does not listen yet.
 */
export async function createHttpApplication(
  root: Parameters<typeof NestFactory.create>[0],
  log: Log,
  options: { documents: boolean; trustedProxies?: string | undefined },
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: (request: IncomingMessage) => requestId(request.headers['x-request-id']),
    // Long parameters are refused by their schemas, with a problem that names them.
    routerOptions: { maxParamLength: 100_000 },
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(toProblem(error), request, reply);
    },
    // The time of a body is limited by `limitBodyTime`, which knows what the route takes.
    requestTimeout: 0,
    trustProxy: options.trustedProxies ?? false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    multipart: {
      limits: { fileSize: FILE_LIMIT_BYTES, files: 1, fields: 10, fieldSize: 1_000, parts: 12 },
    },
  });
  const app: NestFastifyApplication = await NestFactory.create(root, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
  });
  addHooks(adapter.getInstance<FastifyInstance>(), app.get<Log>(LOG), app.get(Metrics));
  releaseConnectionsOnClose(adapter.getInstance<FastifyInstance>());
  acceptEmptyJson(app, adapter.getInstance<FastifyInstance>());
  acceptRawBodies(adapter.getInstance<FastifyInstance>());
  limitBodyTime(adapter.getInstance<FastifyInstance>());
  allowOrigins(app);
  app.get(PublicReads).serve(adapter.getInstance<FastifyInstance>());
  app.useGlobalGuards(new QueryGuard(app.get(RouteRegistry), app.get(Config).shop));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(app.get(ProblemFilter));
  app.useGlobalInterceptors(app.get(AnswerInterceptor), app.get(DryRunInterceptor));
  if (options.documents) serveDocuments(app);
  return app;
}

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** Many clients name JSON on every request: without a body, there is nothing to read in it. */
function acceptEmptyJson(app: NestFastifyApplication, fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, (request, body, done) => {
    const text = body.toString('utf8');
    if (text.trim() === '') done(null, undefined);
    else void parse(request as FastifyRequest, text, done);
  });
}

/** Hands the bytes of images and files over unread to the routes that take them, and to no other. */
function acceptRawBodies(fastify: FastifyInstance): void {
  for (const [kind, mediaType] of Object.entries(RAW_BODIES)) {
    fastify.addContentTypeParser(mediaType, (request: FastifyRequest, payload: IncomingMessage, done) => {
      const { takesRawBody } = request.routeOptions.config as BodyConfig;
      if (takesRawBody === kind) done(null, new RawBody(payload));
      else done(problem('unsupported_media_type'));
    });
  }
}

/** Lets the shop front ends of the named origins call from a browser; nobody else's. */
function allowOrigins(app: NestFastifyApplication): void {
  const { corsOrigins } = app.get(Config).http;
  if (corsOrigins.length === 0) return;
  app.enableCors({
    origin: corsOrigins,
    methods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
    exposedHeaders: [
      ...['Dry-Run', 'ETag', 'Idempotent-Replayed', 'Link', 'Location'],
      ...['RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
    ],
    maxAge: 600,
  });
}

/** Lets each connection go with the answer that it waits for, so that a stop need not wait for keep-alive. */
function releaseConnectionsOnClose(fastify: FastifyInstance): void {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    const sweep = setInterval(() => {
      fastify.server.closeIdleConnections();
    }, CLOSE_SWEEP_MS);
    fastify.server.once('close', () => {
      clearInterval(sweep);
    });
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('Connection', 'close');
    done();
  });
}

function isStream({ raw }: FastifyReply): boolean {
  return String(raw.getHeader('Content-Type')).startsWith('text/event-stream');
}

function addHooks(fastify: FastifyInstance, log: Log, metrics: Metrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id).header('Cache-Control', 'no-store');
    reply.header('X-Content-Type-Options', 'nosniff');
    runInRequestSpan(request, reply, () => {
      runInContext({ requestId: request.id, actor: 'guest' }, done);
    });
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const durationMs = reply.elapsedTime;
    // A stream lasts as long as its client likes: its duration says nothing about the shop.
    if (!isStream(reply)) metrics.observeRequest(request.method, route, reply.statusCode, durationMs);
    const traceId = endRequestSpan(request, reply.statusCode);
    const level = route.startsWith('/health') ? 'debug' : 'info';
    log[level](
      {
        requestId: request.id,
        ...(traceId === undefined ? {} : { trace_id: traceId }),
        method: request.method,
        route,
        status: reply.statusCode,
        durationMs: Math.round(durationMs * 10) / 10,
      },
      'request',
    );
    done();
  });
}
