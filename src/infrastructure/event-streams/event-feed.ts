import { Inject, Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../clock/clock.js';
import { LOG, type Log } from '../logging/logger.js';
import { EventLogRepository, type LoggedEvent } from '../outbox/event-log.repository.js';
import { EVENT_LOG_CHANNEL } from '../outbox/relay.js';
import { PeriodicTask } from '../periodic/periodic-task.js';
import { RedisSubscriber } from '../redis/redis-subscriber.js';
import { toFrame, type EventStream, type Frame } from './event-stream.js';

/** Milliseconds between two looks at the log that nothing woke. */
const POLL_MS = 1_000;
/** Events that are read at once: their bytes stay under what may wait for a client. */
const BATCH = 100;
/** Streams of one process at most. */
const MAX_STREAMS = 10_000;
/** Milliseconds after which a stream ends, so that its client proves anew who it is. */
const MAX_AGE_MS = 3_600_000;

/**
 * Reads the event log once for all streams of the process and hands each event to
 * those that want it. Woken by Redis, and by a clock where that fails; without a
 * stream it reads nothing.
 */
@Injectable()
export class EventFeed extends PeriodicTask {
  private readonly streams = new Set<EventStream>();
  private readonly everything = new Set<EventStream>();
  /** The streams of some aggregates, by the aggregate's id. */
  private readonly bySubject = new Map<string, Set<EventStream>>();
  /** Position of the last event that was handed on; none while there are no streams. */
  private position: number | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private listening = false;
  private ending = false;

  constructor(
    private readonly events: EventLogRepository,
    private readonly subscriber: RedisSubscriber,
    private readonly clock: Clock,
    private readonly config: Config,
    @Inject(LOG) log: Log,
  ) {
    super(POLL_MS, log);
  }

  /** Does nothing: the first stream begins the work. */
  override onApplicationBootstrap(): void {
    // A worker has no streams, and most processes have none at night.
  }

  /**
   * Adds the stream that `make` answers, which hears each event after the position
   * that `make` is given. `make` sends the head of the answer: nothing may come before it.
   *
   * @throws Problem `busy` (503) when there are too many, or the process stops
   */
  async add(make: (position: number) => EventStream): Promise<EventStream> {
    let begun = this.position;
    // The last stream may end while the position is read: then there is none again.
    while (begun === undefined) {
      const last = await this.events.lastPosition();
      begun = this.position ??= last;
    }
    if (this.ending || this.streams.size >= MAX_STREAMS) throw problem('busy');
    const stream = make(begun);
    this.enter(stream);
    this.begin();
    return stream;
  }

  /** Hands new events on; true when there may be more. */
  override async work(): Promise<boolean> {
    const after = this.position;
    if (after === undefined || this.streams.size === 0) return false;
    const events = await this.events.list({ after, limit: BATCH });
    const last = events.at(-1);
    // The streams that the events were read for may all have ended, and others begun.
    if (!last || this.position !== after) return false;
    this.position = last.position;
    this.sendToStaff(events);
    this.sendToSubjects(events);
    return events.length === BATCH;
  }

  /** Ends every stream; the clients go on elsewhere, from where they were. */
  override async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    clearInterval(this.heartbeat);
    await super.beforeApplicationShutdown();
    for (const stream of this.streams) stream.end();
  }

  private enter(stream: EventStream): void {
    this.streams.add(stream);
    if (stream.subjects === null) this.everything.add(stream);
    for (const { id } of stream.subjects ?? []) {
      const known = this.bySubject.get(id);
      if (known) known.add(stream);
      else this.bySubject.set(id, new Set([stream]));
    }
    stream.onClose(() => { this.leave(stream); });
    // A client that went away before it was entered has said so already.
    if (!stream.isOpen) this.leave(stream);
  }

  private leave(stream: EventStream): void {
    this.streams.delete(stream);
    this.everything.delete(stream);
    for (const { id } of stream.subjects ?? []) {
      const known = this.bySubject.get(id);
      known?.delete(stream);
      if (known?.size === 0) this.bySubject.delete(id);
    }
    if (this.streams.size > 0) return;
    this.position = undefined;
    clearInterval(this.heartbeat);
    this.heartbeat = undefined;
  }

  private begin(): void {
    if (!this.listening) this.subscriber.listen(EVENT_LOG_CHANNEL, () => { this.wakeForStreams(); });
    this.listening = true;
    this.heartbeat ??= setInterval(() => { this.beat(); }, this.config.eventStreams.heartbeatMs);
    if (this.streams.size === 1) this.wake();
  }

  private wakeForStreams(): void {
    if (this.streams.size > 0) this.wake();
  }

  private sendToStaff(events: readonly LoggedEvent[]): void {
    if (this.everything.size === 0) return;
    const frames = events.map((event) => toFrame(event, 'staff'));
    const joined = Buffer.concat(frames.map(({ bytes }) => bytes));
    for (const stream of this.everything) stream.send(frames, joined);
  }

  /** One event after another: a stream of two aggregates gets them in the order of the log. */
  private sendToSubjects(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      const streams = this.bySubject.get(event.aggregateId);
      if (!streams) continue;
      const frame: Frame = toFrame(event, 'shop');
      for (const stream of streams) stream.send([frame], frame.bytes);
    }
  }

  private beat(): void {
    const oldest = this.clock.now().getTime() - MAX_AGE_MS;
    for (const stream of this.streams) {
      if (stream.openedAt <= oldest) stream.end();
      else stream.beat();
    }
  }
}
