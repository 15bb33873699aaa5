import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextOf, isTracing, traceParentOf } from './trace-parent.js';

/** What orchestrators ask all the time would bury the rest. */
const UNTRACED = /^\/(health|metrics)(\/|$)/;

const spans = new WeakMap<FastifyRequest, Span>();

/** Runs the work of a request in a span that continues the trace of its `traceparent`; the answer names it. */
export function runInRequestSpan(request: FastifyRequest, reply: FastifyReply, work: () => void): void {
  const route = request.routeOptions.url ?? 'none';
  if (!isTracing() || UNTRACED.test(route)) {
    work();
    return;
  }
  const { traceparent } = request.headers;
  const span = trace.getTracer('orderly').startSpan(
    `${request.method} ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': request.method, 'http.route': route, 'orderly.request_id': request.id },
    },
    contextOf(typeof traceparent === 'string' ? traceparent : null),
  );
  spans.set(request, span);
  const traced = trace.setSpan(context.active(), span);
  const header = traceParentOf(traced);
  if (header !== null) reply.header('traceparent', header);
  context.with(traced, work);
}

/** Ends the span of a request and answers its trace; nothing where it has none. */
export function endRequestSpan(request: FastifyRequest, status: number): string | undefined {
  const span = isTracing() ? spans.get(request) : undefined;
  if (!span) return undefined;
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  return span.spanContext().traceId;
}
