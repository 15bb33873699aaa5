import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Page } from '../../common/pagination/page.schema.js';
import { EventStreams } from '../../infrastructure/event-streams/event-streams.js';
import { LastEventId } from '../../infrastructure/event-streams/last-event-id.decorator.js';
import { StreamOperation } from '../../infrastructure/event-streams/stream-operation.decorator.js';
import { StreamQuerySchema, type StreamQuery } from '../../infrastructure/event-streams/stream-query.schema.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import type { Event } from '../../infrastructure/outbox/event.schema.js';
import { EventPageSchema, ListEventsSchema, type ListEvents } from './event.schema.js';
import { EventsService } from './events.service.js';

/** The event log, for staff. */
@ApiTags('Events')
@Controller('v1/admin/events')
export class EventsController {
  constructor(
    private readonly events: EventsService,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Requires('events:read')
  @Operation({
    id: 'listEvents',
    summary: 'Read the event log, in the order in which its transactions committed',
    description:
      'Positions are 1, 2, 3 … without a gap, but for events that are older than the log is kept: who has seen a position has seen all before it. A client that has come to the end (`nextCursor` is `null`) goes on later with `after` = the last `position` that it saw; it misses nothing and sees nothing twice.',
    answers: EventPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListEventsSchema }) query: ListEvents): Promise<Page<Event>> {
    return this.events.list(query);
  }

  @Get('stream')
  @Requires('events:read')
  @StreamOperation({ id: 'streamEvents', summary: 'Hear of every event when it happens' })
  stream(
    @LastEventId() lastEventId: number | null,
    @Query({ schema: StreamQuerySchema }) query: StreamQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.streams.open(reply, { subjects: null, after: lastEventId ?? query.lastEventId });
  }
}
