import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem } from '../../common/problems/problem.js';

/**
 * The version that the client read, from `If-Match` (RFC 9110); `null` when the
 * header is absent or `*`.
 *
 * @throws Problem `precondition_required` (428) when it is required and absent,
 * `precondition_failed` (412) when it is no ETag of ours
 */
export const IfMatch = createParamDecorator(
  (mode: 'optional' | 'required', context: ExecutionContext): number | null => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
    if (header === undefined) {
      if (mode === 'required') throw problem('precondition_required');
      return null;
    }
    if (header.trim() === '*') return null;
    const version = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
    if (version === undefined) throw problem('precondition_failed');
    return Number(version);
  },
);
