import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { currentContext } from '../../../infrastructure/context/request-context.js';
import { Problem, problem } from '../../../common/problems/problem.js';
import { actorLabel, isStaff, type Actor } from '../../../infrastructure/http/actor.js';
import { sendProblem, toProblem } from '../../../infrastructure/http/problem.filter.js';
import { QueueViews } from '../../../infrastructure/queues/queue-views.js';
import { RateLimits } from '../../../infrastructure/rate-limits/rate-limits.js';
import { AuthService, type LiveSession } from '../../auth/index.js';
import { JobsService } from '../jobs.service.js';
import { QueuesService } from '../queues.service.js';
import { BoardQueue } from './board-queue.js';

const PATH = '/queues';
const COOKIE = 'orderly_queues';
const READS = new Set(['GET', 'HEAD']);

/**
 * The queue board at `/queues`, behind the sign-in of staff: the browser asks for
 * e-mail and password once, a cookie holds the session from then on. A session that
 * ends closes the board at once.
 */
@Injectable()
export class QueueBoard implements OnModuleInit {
  private filled = false;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly auth: AuthService,
    private readonly limits: RateLimits,
    private readonly views: QueueViews,
    private readonly queues: QueuesService,
    private readonly jobs: JobsService,
  ) {}

  /** Adds the board's routes; Redis is reached when the board is first opened. */
  onModuleInit(): void {
    const adapter = this.host.httpAdapter as typeof this.host.httpAdapter | undefined;
    if (!adapter) return;
    const serverAdapter = new FastifyAdapter();
    serverAdapter.setBasePath(PATH);
    const options = { uiConfig: { boardTitle: 'Orderly queues', hideRedisDetails: true } };
    const board = createBullBoard({ queues: [], serverAdapter, options });
    // Not awaited: that would start the server's plugins before Nest has set its error handler.
    void adapter.getInstance<FastifyInstance>().register(
      async (scope) => {
        scope.addHook('onRequest', async (request, reply) => {
          if (await this.admit(request, reply)) this.fill(board.setQueues);
        });
        await scope.register(serverAdapter.registerPlugin());
      },
      { prefix: PATH },
    );
  }

  /** Lets staff in; false when somebody was turned away. */
  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    try {
      assertSameOrigin(request);
      const session = (await this.byCookie(request)) ?? (await this.bySignIn(request, reply));
      if (!session) throw problem('unauthenticated');
      const actor: Actor = { ...session, cartToken: undefined, orderToken: undefined };
      if (!isStaff(actor)) throw problem('forbidden');
      const context = currentContext();
      if (context) context.actor = actorLabel(actor);
      return true;
    } catch (error) {
      turnAway(toProblem(error), request, reply);
      return false;
    }
  }

  private byCookie(request: FastifyRequest): Promise<LiveSession | null> {
    const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
    const token = cookies.find(([name]) => name === COOKIE)?.[1];
    return token === undefined ? Promise.resolve(null) : this.auth.verify(token);
  }

  /** Signs in with HTTP Basic (RFC 7617), as often as the limit of sign-ins allows. */
  private async bySignIn(request: FastifyRequest, reply: FastifyReply): Promise<LiveSession | null> {
    const encoded = /^Basic ([\w+/=]{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (encoded === undefined) return null;
    const [, username = '', password = ''] = /^([^:]*):([^]*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    const { left } = await this.limits.count('sign-in', `ip:${request.ip}`);
    if (left < 0) throw problem('rate_limited');
    const tokens = await this.auth
      .token({ grant_type: 'password', username: username.trim().toLowerCase(), password })
      .catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'invalid_grant') return null;
        throw error;
      });
    if (!tokens) return null;
    const secure = request.protocol === 'https' ? '; Secure' : '';
    reply.header(
      'Set-Cookie',
      `${COOKIE}=${tokens.access_token}; Path=${PATH}; Max-Age=${String(tokens.expires_in)}; HttpOnly; SameSite=Strict${secure}`,
    );
    return this.auth.verify(tokens.access_token);
  }

  private fill(setQueues: (queues: BoardQueue[]) => void): void {
    if (this.filled) return;
    this.filled = true;
    setQueues(this.views.all().map((queue) => new BoardQueue(queue, { queues: this.queues, jobs: this.jobs })));
  }
}

/**
 * A page of somebody else must not steer the board with the cookie of who looks at it.
 *
 * @throws Problem `forbidden` (403)
 */
function assertSameOrigin({ method, headers }: FastifyRequest): void {
  if (READS.has(method)) return;
  const site = headers['sec-fetch-site'];
  const sameOrigin = site === undefined ? headers.origin === undefined || new URL(headers.origin).host === headers.host : site === 'same-origin';
  if (!sameOrigin) throw problem('forbidden');
}

function turnAway(refusal: Problem, request: FastifyRequest, reply: FastifyReply): void {
  if (refusal.status === 401) reply.header('WWW-Authenticate', 'Basic realm="Orderly queues", charset="UTF-8"');
  sendProblem(refusal, request, reply);
}
