import { get, type IncomingMessage } from 'node:http';
import type { AnswerBody } from './api-client.js';
import type { TestApp } from './app.js';
import { until } from './until.js';

/** An event as a client of a stream gets it. */
export interface StreamedEvent {
  readonly id: number;
  readonly event: string;
  readonly data: AnswerBody;
}

/** How a client opens a stream. */
export interface StreamOptions {
  /** Access token. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that listens to server-sent events. */
export class EventStreamClient {
  readonly events: StreamedEvent[] = [];
  /** Lines that begin with a colon. */
  readonly comments: string[] = [];
  retryMs: number | undefined;
  ended = false;
  private rest = '';

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => { this.read(text); });
    response.on('error', () => undefined);
    response.once('close', () => { this.ended = true; });
  }

  /** Opens a stream and waits for the head of the answer, and of a stream for its first line. */
  static async open(url: string, { as, headers = {} }: StreamOptions = {}): Promise<EventStreamClient> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = { ...(as === undefined ? {} : { authorization: `Bearer ${as}` }), ...headers };
      get(url, { headers: sent, agent: false }, resolve).once('error', reject);
    });
    const client = new EventStreamClient(response);
    if (response.statusCode === 200) await until(() => client.comments.length > 0, 'the first line of the stream');
    return client;
  }

  /** Waits for that many events and answers all that came. */
  async waitFor(count: number): Promise<StreamedEvent[]> {
    await until(() => this.events.length >= count, `${String(count)} events, of which ${String(this.events.length)} came`);
    return this.events;
  }

  /** Leaves. */
  close(): void {
    this.response.destroy();
  }

  private read(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) this.readBlock(block.split('\n'));
  }

  private readBlock(lines: readonly string[]): void {
    this.comments.push(...lines.filter((line) => line.startsWith(':')));
    const fields = Object.fromEntries(
      lines.filter((line) => /^\w+: /.test(line)).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    if (fields.retry !== undefined) this.retryMs = Number(fields.retry);
    if (fields.data === undefined) return;
    this.events.push({ id: Number(fields.id), event: fields.event ?? '', data: JSON.parse(fields.data) });
  }
}

/** Lets an application listen, and answers its address. */
export async function listen({ nest }: TestApp): Promise<string> {
  await nest.listen(0, '127.0.0.1');
  return (await nest.getUrl()).replace(/\/$/, '');
}
