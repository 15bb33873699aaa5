import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IDEMPOTENT, type IdempotencyMode } from './idempotency-mode.js';

/**
 * Makes a route safe to repeat: the `Idempotency-Key` is claimed in the request's
 * first transaction and the answer is kept in its last, so that a repeat gets the
 * same answer and has no second effect (IETF draft idempotency-key-header).
 *
 * The handler must answer just what its last transaction returned.
 *
 * @param mode whether a call without a key is refused
 */
export function Idempotent(mode: IdempotencyMode): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT, mode),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: mode === 'required',
      description: 'Makes the call safe to repeat: any number of calls with one key have one effect and one answer.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
}
