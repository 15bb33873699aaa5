import { context, propagation, trace, type Context } from '@opentelemetry/api';

let tracing = false;

/** Whether this process traces; where it does not, nothing else is asked. */
export function isTracing(): boolean {
  return tracing;
}

/** Says that this process traces from now on. */
export function beginTracing(): void {
  tracing = true;
}

/** The running span as a `traceparent` header (W3C Trace Context), or `null` where nothing is traced. */
export function currentTraceParent(): string | null {
  if (!tracing) return null;
  return traceParentOf(context.active());
}

/** The span of a context as a `traceparent` header, or `null` where it has none. */
export function traceParentOf(traced: Context): string | null {
  if (!trace.getSpan(traced)) return null;
  const carrier: Record<string, string> = {};
  propagation.inject(traced, carrier);
  return carrier.traceparent ?? null;
}

/** The trace of the running work, or nothing. */
export function currentTraceId(): string | undefined {
  return tracing ? trace.getActiveSpan()?.spanContext().traceId : undefined;
}

/** The context in which spans continue a trace; the running one where there is no header. */
export function contextOf(traceParent: string | null | undefined): Context {
  if (traceParent === null || traceParent === undefined) return context.active();
  return propagation.extract(context.active(), { traceparent: traceParent });
}
