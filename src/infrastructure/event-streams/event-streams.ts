import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '../clock/clock.js';
import { LOG, type Log } from '../logging/logger.js';
import { EventLogRepository, type EventSubject, type LoggedEvent } from '../outbox/event-log.repository.js';
import { EventFeed } from './event-feed.js';
import { EventStream, toFrame } from './event-stream.js';

/** Milliseconds after which a client connects again. */
const RETRY_MS = 2_000;
/** Events of a backlog that are read at once. */
const BATCH = 100;
/** Backlogs that are read at once: many clients that come back together leave connections for requests. */
const MAX_READS = 2;

/** What a client listens to, and from where on. */
export interface StreamRequest {
  /** Whose events; `null` for all, which is for staff alone. */
  readonly subjects: readonly EventSubject[] | null;
  /** Position of the last event that the client has; `null` begins with what happens from now on. */
  readonly after: number | null;
}

/** Answers clients with live events (server-sent events). */
@Injectable()
export class EventStreams {
  private reads = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly feed: EventFeed,
    private readonly events: EventLogRepository,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Begins a stream: first what happened after `after`, then each event when it happens.
   *
   * @throws Problem `busy` (503) when the process has no room for it
   */
  async open(reply: FastifyReply, { subjects, after }: StreamRequest): Promise<void> {
    const known = after === null ? null : await this.withinLog(after);
    const stream = await this.feed.add((position) => {
      const made = new EventStream(reply.raw, {
        subjects,
        position: known ?? position,
        openedAt: this.clock.now().getTime(),
      });
      if (known !== null) made.holdLive();
      greet(reply);
      return made;
    });
    if (known !== null) void this.catchUp(stream);
  }

  /** A position that the log has not reached, as of a database that was restored, is its end. */
  private async withinLog(after: number): Promise<number> {
    return Math.min(after, await this.events.lastPosition());
  }

  private async catchUp(stream: EventStream): Promise<void> {
    try {
      let more = true;
      while (more && stream.isOpen) {
        const events = await this.read(stream);
        for (const event of events) await stream.sendBacklog(toFrame(event, stream.audience));
        more = events.length === BATCH;
      }
      // The last read saw all that was numbered before the stream was entered; the feed has told the rest.
      stream.goLive();
    } catch (error) {
      this.log.warn({ err: error }, 'the backlog of an event stream could not be read');
      stream.drop();
    }
  }

  private async read(stream: EventStream): Promise<LoggedEvent[]> {
    if (this.reads < MAX_READS) this.reads += 1;
    else await new Promise<void>((resolve) => { this.queue.push(resolve); });
    try {
      return await this.events.list({
        after: stream.position,
        limit: BATCH,
        subjects: stream.subjects ?? undefined,
      });
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.reads -= 1;
    }
  }
}

/** Sends the head of the answer, with what others have set on it, and a first line that says that it is open. */
function greet(reply: FastifyReply): void {
  const { raw } = reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  raw.setHeader('Cache-Control', 'no-store');
  raw.setHeader('X-Accel-Buffering', 'no');
  // The end of the connection is the end of the stream: an event is one write, without the frame of a chunk.
  raw.setHeader('Connection', 'close');
  raw.removeHeader('Transfer-Encoding');
  raw.writeHead(200);
  raw.write(`retry: ${String(RETRY_MS)}\n: open\n\n`);
}
