import { Injectable } from '@nestjs/common';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { EventLogRepository } from '../../infrastructure/outbox/event-log.repository.js';
import { toEvent, type Event } from '../../infrastructure/outbox/event.schema.js';
import { aggregateTypes, type ListEvents } from './event.schema.js';

/** The event log, for staff. */
@Injectable()
export class EventsService {
  constructor(private readonly events: EventLogRepository) {}

  /** A page of events, in the order of the log. */
  async list({ limit, cursor, ...filters }: ListEvents): Promise<Page<Event>> {
    const fingerprint = listFingerprint(filters);
    const { after, type: types, aggregateType, aggregateId } = filters;
    const rows = await this.events.list({
      after: cursor === undefined ? after : Number(decodeCursor(fingerprint, cursor, 'bigint').value),
      limit: limit + 1,
      types,
      aggregateType,
      // An aggregate is found by its type and id: without a type, by each that there is.
      subjects: aggregateId === undefined ? undefined : aggregateTypes().map((type) => ({ type, id: aggregateId })),
    });
    return toPage(rows, limit, fingerprint, ({ position, id }) => ({ value: String(position), id }), toEvent);
  }
}
