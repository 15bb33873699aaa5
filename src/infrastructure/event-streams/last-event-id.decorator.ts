import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../../common/problems/problem.js';

/**
 * Position of the last event that the client has, from `Last-Event-ID`; `null` when
 * the header is absent.
 *
 * @throws Problem `invalid_request` (400) when it is no position
 */
export const LastEventId = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['last-event-id'];
  if (header === undefined || header === '') return null;
  if (!/^\d{1,15}$/.test(String(header))) {
    throw invalidRequest({ pointer: '/Last-Event-ID', detail: 'is no id of an event of a stream' });
  }
  return Number(header);
});
