import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { Config } from '../../../../config/config.js';
import { assertOutsideTransaction } from '../../../infrastructure/database/database.js';
import { isPublicAddress, targetFault } from '../target-address.js';
import type { AttemptOutcome } from './webhook-deliveries.repository.js';

const ANSWER_BYTES_KEPT = 1_024;
const REFUSED = 'The address of the receiver is not public.';

/** A request that was not made, because of where it would have gone. */
class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

/** Posts messages to receivers, and to nobody in our own network. */
@Injectable()
export class WebhookSender implements OnApplicationShutdown {
  private readonly agent: Agent;

  constructor(private readonly config: Config) {
    const { allowPrivateTargets, timeoutMs } = config.webhooks;
    this.agent = new Agent({
      connect: { timeout: timeoutMs, ...(allowPrivateTargets ? {} : { lookup: publicLookup }) },
    });
  }

  /** Ends the connections. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /** Posts a message; answers how it went, whatever happens. Redirects are not followed. */
  async post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<AttemptOutcome> {
    assertOutsideTransaction('Sending a webhook');
    const begun = performance.now();
    const outcome = await this.send(url, headers, body);
    return { ...outcome, durationMs: Math.round(performance.now() - begun) };
  }

  private async send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Omit<AttemptOutcome, 'durationMs'>> {
    const { allowPrivateTargets, timeoutMs } = this.config.webhooks;
    let status: number | null = null;
    try {
      // The name is looked up at each connection; an address in the URL itself is not, so it is judged here.
      const fault = targetFault(url, allowPrivateTargets);
      if (fault !== null) throw new TargetRefused(`The URL of the receiver ${fault}.`);
      const answer = await request(url, {
        method: 'POST',
        dispatcher: this.agent,
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Orderly' },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = answer.statusCode;
      const responseBody = await readStart(answer.body);
      const succeeded = status >= 200 && status < 300;
      return { status, error: succeeded ? null : `The receiver answered ${String(status)}.`, responseBody };
    } catch (error) {
      return { status, error: describe(error, timeoutMs), responseBody: null };
    }
  }
}

/** The first kilobyte of an answer; the rest is not read. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop early destroys the stream.
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= ANSWER_BYTES_KEPT) break;
  }
  const start = Buffer.concat(chunks).subarray(0, ANSWER_BYTES_KEPT);
  // PostgreSQL keeps no NUL in a text.
  return start.toString('utf8').replaceAll('\0', '\uFFFD');
}

/** Why a request failed, without the URL, which may hold a secret. */
function describe(error: unknown, timeoutMs: number): string {
  if (error instanceof TargetRefused) return error.message;
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return `The receiver did not answer within ${String(timeoutMs)} ms.`;
  return `The request failed: ${typeof code === 'string' ? code : name}.`;
}

/** Looks a name up and refuses it when any of its addresses is not public, so that none of them is connected to. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses;
    if (error) callback(error, []);
    else if (!first || !addresses.every(({ address }) => isPublicAddress(address))) callback(new TargetRefused(REFUSED), []);
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
