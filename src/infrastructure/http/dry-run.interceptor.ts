import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Database } from '../database/database.js';
import type { ShapedRequest } from './query.guard.js';

/** Answers what a change would do: the same work in a transaction that is rolled back. */
@Injectable()
export class DryRunInterceptor implements NestInterceptor {
  constructor(private readonly database: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    if (!http.getRequest<ShapedRequest>().dryRun) return next.handle();
    http.getResponse<FastifyReply>().header('Dry-Run', 'true');
    return from(this.database.rehearse(() => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }
}
