import { context, propagation, trace, type Context } from '@opentelemetry/api';

/** The running span as a `traceparent` header (W3C Trace Context), or `null` where nothing is traced. */
export function currentTraceParent(): string | null {
  if (!trace.getActiveSpan()) return null;
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

/** The context in which spans continue a trace; the running one where there is no header. */
export function contextOf(traceParent: string | null | undefined): Context {
  if (traceParent === null || traceParent === undefined) return context.active();
  return propagation.extract(context.active(), { traceparent: traceParent });
}
