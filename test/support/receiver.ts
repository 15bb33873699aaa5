import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnswerBody } from './api-client.js';
import { until } from './until.js';

/** A request as the receiver has read it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: AnswerBody;
}

/** How the receiver answers: a status, a whole answer, or `never`. */
export type ReceiverAnswer =
  | number
  | 'never'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly text?: string };

/** A real HTTP server of somebody who wants webhooks. */
export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  /** Connections that were opened, with or without a request. */
  connections = 0;
  /** Says how a request is answered. */
  answer: (request: ReceivedRequest) => ReceiverAnswer = () => 204;

  private constructor(private readonly server: Server) {}

  /** Starts a receiver on a port, any free one unless given. */
  static async open(port = 0): Promise<Receiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const received = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          text,
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
        };
        receiver.requests.push(received);
        respond(response, receiver.answer(received));
      });
    });
    const receiver = new Receiver(server);
    server.on('connection', () => {
      receiver.connections += 1;
    });
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    return receiver;
  }

  /** Where it listens. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The URL of a path of it. */
  url(path: string): string {
    return `http://127.0.0.1:${String(this.port)}${path}`;
  }

  /** What has come to a path so far. */
  to(path: string): ReceivedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** The requests to a path, once there are as many. */
  waitFor(path: string, count = 1, timeoutMs = 28_000): Promise<ReceivedRequest[]> {
    return until(
      () => (this.to(path).length >= count ? this.to(path) : undefined),
      `${String(count)} request(s) to ${path}`,
      timeoutMs,
    );
  }

  /** Stops it and ends its connections. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => { resolve(); });
      this.server.closeAllConnections();
    });
  }
}

function respond(response: ServerResponse, answer: ReceiverAnswer): void {
  if (answer === 'never') return;
  const { status, headers = {}, text = '' } = typeof answer === 'number' ? { status: answer } : answer;
  response.writeHead(status, headers).end(text);
}
