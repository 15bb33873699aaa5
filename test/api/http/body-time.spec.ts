import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { limitBodyTime } from '../../../src/infrastructure/http/body-time.js';

const fastify = new FastifyAdapter().getInstance<FastifyInstance>();

beforeAll(async () => {
  limitBodyTime(fastify, 100);
  fastify.post('/short', () => ({ taken: true }));
  fastify.post('/long', { config: { takesLongBody: true } }, () => ({ taken: true }));
  await fastify.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await fastify.close();
});

/** What comes back for what is sent, until the server hangs up. */
async function answerTo(path: string, body: string, more = ''): Promise<string> {
  const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${more}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n${body}`);
  await once(socket, 'close');
  return answer;
}

describe('a body that does not come to its end', () => {
  it.each(['/short', '/long'])('is answered 408 at %s once no more of it comes', async (path) => {
    expect(await answerTo(path, '{')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('takes no time from one that does', async () => {
    expect(await answerTo('/short', '{}', 'Connection: close\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });
});
