import { createHash, createHmac } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { catchError, from, map, Observable, type ObservableInput } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../config/config.js';
import { invalidRequest, problem, Problem } from '../../common/problems/problem.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { runInScope, runOutOfScope } from '../database/transaction-scope.js';
import type { Actor, ActorRequest } from '../http/actor.js';
import type { ShapedRequest } from '../http/query.guard.js';
import { IDEMPOTENT, type IdempotencyMode } from './idempotency-mode.js';
import { IdempotencyRepository, type Claim } from './idempotency.repository.js';
import { IdempotentCall, Replay } from './idempotent-call.js';

/** Runs a handler under its Idempotency-Key, or answers what the key was answered before. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly repository: IdempotencyRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const mode = this.reflector.get<IdempotencyMode>(IDEMPOTENT, context.getHandler());
    const http = context.switchToHttp();
    const request = http.getRequest<ActorRequest & ShapedRequest>();
    const key = readKey(request, mode);
    // A dry run has no effect to repeat.
    if (key === null || request.dryRun) return next.handle();

    const { secret } = this.config.idempotency;
    const claim = this.newClaim(request, key, context.getHandler().name);
    const call = new IdempotentCall(claim, { repository: this.repository, secret, key });
    const handled = new Observable<unknown>((subscriber) =>
      runInScope(call, () => next.handle().subscribe(subscriber)),
    );
    return handled.pipe(
      map((body) => assertKept(call, body)),
      catchError((error: unknown) => this.recover(call, claim, error, http.getResponse<FastifyReply>())),
    );
  }

  private newClaim(request: ActorRequest, key: string, operation: string): Claim {
    const now = this.clock.now();
    const { ttlSeconds, leaseMs } = this.config.idempotency;
    return {
      keyHash: sha256(JSON.stringify([callerOf(request.actor), key])),
      operation,
      // Keyed: a plain hash of a body with a password could be guessed.
      fingerprint: hmac(this.config.idempotency.secret, JSON.stringify([request.method, request.url, request.body ?? null])),
      attempt: uuidv7(),
      now,
      lockedUntil: new Date(now.getTime() + leaseMs),
      expiresAt: new Date(now.getTime() + ttlSeconds * 1_000),
    };
  }

  private recover(
    call: IdempotentCall,
    claim: Claim,
    error: unknown,
    reply: FastifyReply,
  ): ObservableInput<unknown> {
    if (error instanceof Replay) {
      reply.header('Idempotent-Replayed', 'true');
      if (error.body instanceof Problem) throw error.body;
      return from([error.body]);
    }
    if (!call.halfDone) throw error;
    return from(this.release(claim, error));
  }

  private async release(claim: Claim, error: unknown): Promise<never> {
    await runOutOfScope(() =>
      this.database.transaction((tx) =>
        this.repository.release(tx, claim.keyHash, claim.attempt, this.clock.now()),
      ),
    );
    throw error;
  }
}

/** Per caller: a person, the holder of a cart's token, or anybody else. */
function callerOf(actor: Actor): string {
  return actor.userId ?? actor.cartToken ?? 'guest';
}

function readKey(request: ActorRequest, mode: IdempotencyMode): string | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) {
    if (mode === 'required') throw problem('idempotency_key_required');
    return null;
  }
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw invalidRequest({
      pointer: '/Idempotency-Key',
      detail: 'must be 1 to 255 visible ASCII characters',
    });
  }
  return header;
}

function assertKept(call: IdempotentCall, body: unknown): unknown {
  if (call.answer === undefined || call.answer.body !== body) {
    throw new Error('An idempotent handler must answer what its last transaction returned.');
  }
  return body;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hmac(secret: string, text: string): Buffer {
  return createHmac('sha256', secret).update('idempotency fingerprint').update(text).digest();
}
