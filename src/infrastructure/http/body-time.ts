import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { BodyConfig } from './raw-body.js';

/** Milliseconds in which a body must have arrived whole, or of a long one its next bytes. */
const BODY_TIME_MS = 60_000;

/**
 * Ends requests whose bodies take too long with 408. A route that takes long files gives each as
 * long as its bytes keep coming. The time of the headers is limited by Node itself.
 */
export function limitBodyTime(fastify: FastifyInstance, milliseconds = BODY_TIME_MS): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { headers, raw } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (hasBody && raw.socket instanceof Socket) watch(raw, reply.raw, milliseconds, (request.routeOptions.config as BodyConfig).takesLongBody ?? false);
    done();
  });
}

function watch(message: IncomingMessage, response: ServerResponse, milliseconds: number, isLong: boolean): void {
  let seen = message.socket.bytesRead;
  const look = (): void => {
    if (message.complete || message.destroyed) return;
    const { bytesRead } = message.socket;
    if (isLong && bytesRead > seen) {
      seen = bytesRead;
      timer = setTimeout(look, milliseconds).unref();
      return;
    }
    if (!response.headersSent) message.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    message.socket.destroySoon();
  };
  let timer = setTimeout(look, milliseconds).unref();
  message.once('close', () => {
    clearTimeout(timer);
  });
}
