import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { currentContext } from '../context/request-context.js';
import { currentTraceId } from '../tracing/trace-parent.js';

/** The structured log of a process; each line carries the request id of the work it belongs to, and its trace. */
export type Log = Logger;

/** Makes the log of a process; what might be secret or personal is cut out by name. */
export function createLog(level: string, role: string): Log {
  return pino({
    level,
    base: { role, pid: process.pid },
    redact: {
      paths: ['password', 'token', 'authorization', 'email', '*.password', '*.token', '*.authorization', '*.email'],
      remove: true,
    },
    serializers: { err: safeError },
    mixin: () => {
      const context = currentContext();
      const traceId = currentTraceId();
      return {
        ...(context ? { requestId: context.requestId } : {}),
        ...(traceId === undefined ? {} : { trace_id: traceId }),
      };
    },
  });
}

/** What of an error may be logged: never the values of a statement, which hold personal data. */
export function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table } = error as Error & Record<'code' | 'constraint' | 'table', unknown>;
  return { type: error.name, message: error.message, code, constraint, table, stack: error.stack };
}

/** Lets Nest write to the structured log. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Log) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}

/** Token of the log in dependency injection. */
export const LOG = Symbol('log');
