import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Contract } from './contract.js';
import { testEnvironment } from './environment.js';

/** The body of an answer, as loosely as a client sees it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read fields of many shapes; each answer is checked against the document
export type AnswerBody = any;

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AnswerBody;
  readonly text: string;
  /** The body as it came; empty for a stream. */
  readonly bytes: Buffer;
}

/** How a request differs from a guest's plain one. */
export interface RequestOptions {
  /** Access token. */
  readonly as?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Speaks HTTP with a shop; checks every answer against the OpenAPI documents. */
export class ApiClient {
  readonly contract: Contract;
  private readonly requests = new Map<string, { method: string; path: string }>();

  constructor(private readonly app: NestFastifyApplication) {
    this.contract = new Contract(app);
  }

  get(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.send('GET', path, undefined, options);
  }

  delete(path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.send('DELETE', path, undefined, options);
  }

  post(path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.send('POST', path, body, options);
  }

  put(path: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.send('PUT', path, body, options);
  }

  patch(path: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    return this.send('PATCH', path, body, options);
  }

  /** Posts a form, as OAuth clients do. */
  postForm(path: string, fields: Readonly<Record<string, string>>, options: RequestOptions = {}): Promise<Answer> {
    return this.raw('POST', path, new URLSearchParams(fields).toString(), {
      ...options,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    });
  }

  /** Posts a multipart form with a file. */
  postFile(
    path: string,
    fields: Readonly<Record<string, string>>,
    file: { name: string; content: string | Buffer } | null,
    options: RequestOptions = {},
  ): Promise<Answer> {
    const boundary = `----test${randomUUID()}`;
    const parts = Object.entries(fields).map(([name, value]) =>
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    );
    if (file) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${file.name}"\r\nContent-Type: text/csv\r\n\r\n`;
      parts.push(Buffer.concat([Buffer.from(head), Buffer.from(file.content), Buffer.from('\r\n')]));
    }
    parts.push(Buffer.from(`--${boundary}--\r\n`));
    return this.raw('POST', path, Buffer.concat(parts), {
      ...options,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, ...options.headers },
    });
  }

  /** Sends a body as it is. */
  async raw(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    payload: string | Buffer | undefined,
    { as, headers = {} }: RequestOptions = {},
  ): Promise<Answer> {
    const streams = this.contract.isStream(method, path);
    const response = await this.app.inject({
      method,
      url: path,
      headers: { ...(as === undefined ? {} : { authorization: `Bearer ${as}` }), ...headers },
      ...(payload === undefined ? {} : { payload }),
      payloadAsStream: streams,
    });
    const text = streams ? await textOf(response) : response.payload;
    const isJson = /[/+]json\b/.test(String(response.headers['content-type']));
    const answer = {
      status: response.statusCode,
      headers: response.headers as Record<string, string | undefined>,
      body: isJson && text !== '' ? (JSON.parse(text) as unknown) : undefined,
      text,
      bytes: streams ? Buffer.alloc(0) : response.rawPayload,
    };
    this.contract.check(method, path, answer);
    const requestId = answer.headers['x-request-id'];
    if (requestId !== undefined) this.requests.set(requestId, { method, path });
    return answer;
  }

  /** Signs in and answers the access token. */
  async signIn(username: string, password: string): Promise<string> {
    const answer = await this.postForm('/v1/auth/token', { grant_type: 'password', username, password });
    if (answer.status !== 200) throw new Error(`The sign-in failed: ${answer.text}`);
    return answer.body.access_token as string;
  }

  /**
   * Leaves what was seen for the check of the whole run.
   *
   * @param events the events that were written, with the request that did so
   * @throws Error when a call has written an event that its operation does not name
   */
  saveSeen(events: readonly { requestId: string; type: string }[]): void {
    for (const { requestId, type } of events) {
      const request = this.requests.get(requestId);
      if (request) this.contract.checkEvent(request.method, request.path, type);
    }
    const lines = [...this.contract.seen].join('\n');
    writeFileSync(join(testEnvironment().seenDirectory, randomUUID()), lines);
    writeFileSync(
      join(testEnvironment().seenDirectory, 'documented'),
      [...this.contract.documented].join('\n'),
    );
  }

  private send(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<Answer> {
    if (body === undefined) return this.raw(method, path, undefined, options);
    return this.raw(method, path, JSON.stringify(body), {
      ...options,
      headers: { 'content-type': 'application/json', ...options.headers },
    });
  }
}

/** The text of an answer; of a stream that has begun, which is left at once, there is none. */
async function textOf(response: Awaited<ReturnType<NestFastifyApplication['inject']>>): Promise<string> {
  if (String(response.headers['content-type']).startsWith('text/event-stream')) {
    response.raw.res.destroy();
    return '';
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response.stream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
