import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ProblemCode } from '../../common/problems/problem-codes.js';
import type { EventDefinition } from '../outbox/event-registry.js';
import type { RateClass } from '../rate-limits/rate-class.js';

/** What one route promises; the documentation and the answer's headers are made from it. */
export interface OperationOptions {
  /** Stable `operationId`. */
  readonly id: string;
  readonly summary: string;
  /** More than the summary says, in Markdown. */
  readonly description?: string;
  /** Success status; 200 unless said. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Schema of the answer; none for 204. */
  readonly answers?: z.ZodType;
  /** The operation's own problem codes; those of its kind are added by itself. */
  readonly problems?: readonly ProblemCode[];
  /** The events that a call may write; every operation that changes something names them, or that there are none. */
  readonly emits?: readonly EventDefinition[];
  /** Class of the rate limit, where it is not that of its kind. */
  readonly rate?: RateClass;
  /** `Location` of what was made, with `{id}` taken from the answer. */
  readonly location?: string;
  /** `version`: optimistic locking by the answer's version. `content`: public, with 304 by content. */
  readonly etag?: 'version' | 'content';
  /** Whether If-Match may be sent. */
  readonly ifMatch?: 'optional' | 'required';
  /** Whether it makes what is missing: it answers `Upserted`, with 201 or 200, and knows no unknown path. */
  readonly upserts?: boolean;
  /** Whether it answers in the language of `?locale=` or `Accept-Language`; its handler takes `@Shown()`. */
  readonly localized?: boolean;
  /** Whether it answers prices in the currency of `?currency=`; its handler takes `@Shown()`. */
  readonly priced?: boolean;
  /** Whether a former address is answered with 301 (`Moved`). */
  readonly moves?: boolean;
  /** Secret header that stands in for a sign-in. */
  readonly tokenHeader?: 'X-Cart-Token' | 'X-Order-Token';
}

/** Metadata key of an operation's promises. */
export const OPERATION = 'orderly:operation';

/** Declares what a route does, answers and refuses. */
export function Operation(options: OperationOptions): MethodDecorator {
  const { id, summary, description, status = 200, answers, upserts = false } = options;
  const schema = answers ? { standardSchema: answers } : {};
  return applyDecorators(
    SetMetadata(OPERATION, options),
    HttpCode(status),
    ApiOperation({ operationId: id, summary, ...(description ? { description } : {}) }),
    ApiResponse({
      status,
      description: summary,
      ...schema,
    }),
    ...(upserts ? [ApiResponse({ status: 201, description: 'There was none: it was made.', ...schema })] : []),
    ...headers(options),
  );
}

function headers({ ifMatch, tokenHeader }: OperationOptions): MethodDecorator[] {
  const made: MethodDecorator[] = [];
  if (ifMatch) {
    made.push(
      ApiHeader({
        name: 'If-Match',
        required: ifMatch === 'required',
        description: 'The `ETag` of the version that was read.',
        schema: { type: 'string', maxLength: 40 },
      }),
    );
  }
  if (tokenHeader) {
    made.push(
      ApiHeader({
        name: tokenHeader,
        required: false,
        description: 'The secret `token` of a guest; not needed by the signed-in owner.',
        schema: { type: 'string', maxLength: 100 },
      }),
    );
  }
  return made;
}
