import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_CODES, type ProblemCode } from '../../common/problems/problem-codes.js';
import { CONSTRAINT_PROBLEMS, Problem } from '../../common/problems/problem.js';
import { sqlState } from '../database/database.js';
import { LOG, type Log } from '../logging/logger.js';
import { Moved } from './moved.js';

const DOCUMENTED_AT = '/docs/errors#';

/** Problems of Fastify's own errors and of Nest's router, by HTTP status. */
const STATUS_PROBLEMS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_body',
  401: 'unauthenticated',
  404: 'not_found',
  413: 'body_too_large',
  414: 'invalid_request',
  415: 'unsupported_media_type',
  431: 'invalid_request',
};

/** The only place where an error becomes an answer: problem+json (RFC 9457), or the way to a new address. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof Moved) {
      sendMoved(error, request, reply);
      return;
    }
    const answer = toProblem(error);
    if (answer.status >= 500) this.log.error({ err: error, code: answer.code }, 'request failed');
    if (!reply.sent) sendProblem(answer, request, reply);
  }
}

/** Sends whoever asked for a former address on to the present one, with all that the query asks. */
function sendMoved({ location }: Moved, request: FastifyRequest, reply: FastifyReply): void {
  const query = request.url.indexOf('?');
  void reply
    .status(301)
    .header('Location', query < 0 ? location : `${location}${request.url.slice(query)}`)
    .header('Cache-Control', 'public, no-cache')
    .send();
}

/** Sends a problem with the headers that belong to its code. */
export function sendProblem(answer: Problem, request: FastifyRequest, reply: FastifyReply): void {
  if (answer.status === 401 && !reply.hasHeader('WWW-Authenticate')) reply.header('WWW-Authenticate', 'Bearer');
  if (answer.code === 'idempotency_in_flight' || answer.status === 503) reply.header('Retry-After', '1');
  void reply
    .status(answer.status)
    .header('Cache-Control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(toBody(answer, request)));
}

/** The body of a problem, as RFC 9457 shapes it. */
function toBody(answer: Problem, request: FastifyRequest): Record<string, unknown> {
  return {
    type: `${DOCUMENTED_AT}${answer.code}`,
    title: PROBLEM_CODES[answer.code].title,
    status: answer.status,
    detail: answer.message,
    instance: request.url.split('?', 1)[0],
    code: answer.code,
    requestId: request.id,
    ...(answer.faults.length > 0 ? { errors: answer.faults } : {}),
    ...answer.extras,
  };
}

/** The problem of any thrown value; what has none of its own is `internal_error` without a detail. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  return new Problem(code, {}, []);
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof HttpException) return STATUS_PROBLEMS[error.getStatus()] ?? 'internal_error';
  if (typeof error !== 'object' || error === null) return 'internal_error';
  const { constraint, statusCode, code } = error as Record<string, unknown>;
  if (typeof constraint === 'string' && constraint in CONSTRAINT_PROBLEMS) {
    return CONSTRAINT_PROBLEMS[constraint] ?? 'internal_error';
  }
  if (isDatabaseAway(error, code)) return 'busy';
  if (typeof statusCode === 'number') return STATUS_PROBLEMS[statusCode] ?? 'internal_error';
  return 'internal_error';
}

/** Time limits, lost connections, a closed or restarting server: SQLSTATE 55000, 55P03, 57014, classes 08, 53, 57P. */
function isDatabaseAway(error: unknown, code: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined && /^(55000|55P03|57014|08|53|57P|40001|40P01)/.test(state)) return true;
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') return true;
  return error instanceof Error && /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(error.message);
}
