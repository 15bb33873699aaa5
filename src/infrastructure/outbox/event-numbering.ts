import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { NewJob } from '../queues/job.js';
import { JobsRepository } from '../queues/jobs.repository.js';
import type { EventConsumer } from './event-consumer.js';
import { EventLogRepository, type NumberedEvent } from './event-log.repository.js';

/** Gives events their numbers and writes their jobs, in one transaction. */
@Injectable()
export class EventNumbering {
  constructor(
    private readonly events: EventLogRepository,
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Numbers a batch, none while another relay does so, with a job for each consumer that wants an event. */
  run(consumers: readonly EventConsumer[]): Promise<NumberedEvent[]> {
    return this.database.transaction(async (tx) => {
      if (!(await this.events.lockNumbering(tx))) return [];
      const now = this.clock.now();
      const events = await this.events.number(tx, now);
      const fresh = events.filter((event) => event.fresh);
      if (fresh.length > 0) await this.jobs.insert(tx, await jobsOf(tx, fresh, consumers), now);
      return events;
    });
  }
}

async function jobsOf(
  tx: Transaction,
  events: readonly NumberedEvent[],
  consumers: readonly EventConsumer[],
): Promise<NewJob[]> {
  const jobs = new Map<NumberedEvent, NewJob[]>(events.map((event) => [event, []]));
  for (const consumer of consumers) {
    const wanted = events.filter((event) => takes(consumer, event));
    if (wanted.length === 0 || !(await consumer.wantsEvents(tx))) continue;
    for (const event of wanted) jobs.get(event)?.push(toJob(consumer, event));
  }
  // In the order of the events: it is the order in which the jobs of one aggregate run.
  return [...jobs.values()].flat();
}

function takes({ definition: { events } }: EventConsumer, { type }: NumberedEvent): boolean {
  return events === 'all' || events.some((event) => event.type === type);
}

function toJob({ definition }: EventConsumer, event: NumberedEvent): NewJob {
  return {
    id: uuidv7(),
    queue: definition.name,
    payload: { eventId: event.id },
    eventId: event.id,
    orderKey: event.aggregateId,
    priority: 0,
    runAt: event.numberedAt,
    actor: event.actor,
    requestId: event.requestId,
    traceParent: event.traceParent,
  };
}
