import type { ServerResponse } from 'node:http';
import type { EventSubject, LoggedEvent } from '../outbox/event-log.repository.js';
import { toEvent, toShopEvent } from '../outbox/event.schema.js';

/** Bytes that wait for a client at most; one that reads slower is dropped. */
const MAX_UNREAD_BYTES = 262_144;
/** Live events that wait for the end of the backlog at most. */
const MAX_WAITING = 1_000;
const HEARTBEAT = Buffer.from(':\n\n');

/** Who reads a stream: staff see who did what. */
export type Audience = 'staff' | 'shop';

/** An event as every stream of an audience sends it. */
export interface Frame {
  readonly position: number;
  readonly bytes: Buffer;
}

/** Writes an event once for all streams of an audience. */
export function toFrame(event: LoggedEvent, audience: Audience): Frame {
  const data = JSON.stringify(audience === 'staff' ? toEvent(event) : toShopEvent(event));
  const text = `id: ${String(event.position)}\nevent: ${event.type}\ndata: ${data}\n\n`;
  return { position: event.position, bytes: Buffer.from(text) };
}

/** What a stream tells, from where on. */
export interface StreamOptions {
  /** Whose events; `null` for all. */
  readonly subjects: readonly EventSubject[] | null;
  /** Position after which the stream begins. */
  readonly position: number;
  readonly openedAt: number;
}

/** The answer to one client that listens; it holds no timer and no buffer of its own. */
export class EventStream {
  readonly subjects: readonly EventSubject[] | null;
  readonly openedAt: number;
  private sent: number;
  /** Live events that wait until the backlog is sent. */
  private waiting: Frame[] | undefined;

  constructor(
    private readonly raw: ServerResponse,
    { subjects, position, openedAt }: StreamOptions,
  ) {
    this.subjects = subjects;
    this.sent = position;
    this.openedAt = openedAt;
    // What is written to a client that has just gone is lost, and asked for again.
    raw.on('error', ignore);
  }

  /** Position of the last event that was sent, or after which the stream begins. */
  get position(): number {
    return this.sent;
  }

  /** Who reads it: only staff may hear of everything. */
  get audience(): Audience {
    return this.subjects === null ? 'staff' : 'shop';
  }

  /** Whether the client can still be told anything. */
  get isOpen(): boolean {
    return !this.raw.destroyed && !this.raw.writableEnded;
  }

  /** Calls once when the client has gone or was dropped. */
  onClose(close: () => void): void {
    this.raw.once('close', close);
  }

  /** Lets live events wait until the backlog is sent. */
  holdLive(): void {
    this.waiting = [];
  }

  /** Sends an event of the backlog; resolves when the client has room for the next one. */
  async sendBacklog(frame: Frame): Promise<void> {
    if (!this.isOpen || frame.position <= this.sent) return;
    this.sent = frame.position;
    if (!this.raw.write(frame.bytes)) await this.drained();
  }

  /** Ends the backlog: sends what has waited meanwhile, and from now on each event at once. */
  goLive(): void {
    const frames = this.waiting ?? [];
    this.waiting = undefined;
    const last = frames.at(-1);
    if (last && last.position > this.sent) this.sendNewer(frames);
  }

  /** Sends live events, in order; `joined` are the bytes of all of them. */
  send(frames: readonly Frame[], joined: Buffer): void {
    if (this.waiting) {
      this.waiting.push(...frames);
      // It comes back with the position of its last event, and reads on from there.
      if (this.waiting.length > MAX_WAITING) this.drop();
      return;
    }
    const [first] = frames;
    if (first && first.position > this.sent) {
      this.sent = frames.at(-1)?.position ?? this.sent;
      this.write(joined);
    } else {
      this.sendNewer(frames);
    }
  }

  /** Shows that the stream is open. */
  beat(): void {
    this.write(HEARTBEAT);
  }

  /** Ends the stream; a client that has not read what it was told is not waited for. */
  end(): void {
    if (this.raw.writableLength > 0) this.drop();
    else this.raw.end();
  }

  /** Ends the connection at once. */
  drop(): void {
    this.raw.destroy();
  }

  private sendNewer(frames: readonly Frame[]): void {
    const newer = frames.filter(({ position }) => position > this.sent);
    this.sent = newer.at(-1)?.position ?? this.sent;
    if (newer.length > 0) this.write(Buffer.concat(newer.map(({ bytes }) => bytes)));
  }

  private write(bytes: Buffer): void {
    if (!this.isOpen) return;
    if (this.raw.writableLength > MAX_UNREAD_BYTES) this.drop();
    else this.raw.write(bytes);
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.raw.off('drain', done).off('close', done);
        resolve();
      };
      this.raw.once('drain', done).once('close', done);
    });
  }
}

function ignore(): void {
  // A listener, so that a broken connection is no fault of the process.
}
