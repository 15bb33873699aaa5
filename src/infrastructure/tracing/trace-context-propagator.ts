import {
  isSpanContextValid,
  trace,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';

const HEADER = 'traceparent';
/** Version 00 has four parts; a later version may add more. */
const PATTERN = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Reads and writes `traceparent` (W3C Trace Context); a header that is not one is passed over. */
export class TraceContextPropagator implements TextMapPropagator {
  /** Writes the span of a context. */
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context);
    if (!span || !isSpanContextValid(span)) return;
    const flags = (span.traceFlags & SAMPLED).toString(16).padStart(2, '0');
    setter.set(carrier, HEADER, `00-${span.traceId}-${span.spanId}-${flags}`);
  }

  /** Reads the caller's span into a context. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, HEADER);
    const match = typeof header === 'string' ? PATTERN.exec(header.trim()) : null;
    if (!match) return context;
    const [, version, traceId = '', spanId = '', flags = '', rest] = match;
    if (version === '00' && rest !== undefined) return context;
    const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
    return isSpanContextValid(span) ? trace.setSpanContext(context, span) : context;
  }

  /** The headers that are read and written. */
  fields(): string[] {
    return [HEADER];
  }
}
