import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Log } from '../logging/logger.js';
import { TraceContextPropagator } from './trace-context-propagator.js';
import { beginTracing } from './trace-parent.js';

/** Milliseconds that one try to send spans may take; a stop waits no longer for a collector that is away. */
const EXPORT_TIMEOUT_MS = 3_000;

/** Where spans go, and which. */
export interface TracingOptions {
  /** Base address of an OTLP/HTTP collector. */
  readonly endpoint: string;
  readonly serviceName: string;
  /** Share of the traces that begin here which are kept, 0 to 1. */
  readonly samplerRatio: number;
}

/**
 * Traces this process from now on; once per process.
 *
 * @returns sends what is left and ends; never fails
 */
export function startTracing(options: TracingOptions, role: string, log: Log): () => Promise<void> {
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName, 'orderly.role': role }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.samplerRatio) }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_TIMEOUT_MS })],
  });
  logFaults(log);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new TraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  beginTracing();
  return () => provider.shutdown().catch((error: unknown) => {
    log.warn({ err: error }, 'the last spans were not sent');
  });
}

/** What goes wrong with spans is said, and harms nothing else. */
function logFaults(log: Log): void {
  const silent = (): void => undefined;
  const warn = (message: string): void => {
    log.warn({ fault: message.slice(0, 500) }, 'tracing failed');
  };
  diag.setLogger({ error: warn, warn: silent, info: silent, debug: silent, verbose: silent }, DiagLogLevel.ERROR);
}
