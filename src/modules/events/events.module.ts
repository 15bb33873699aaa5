import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

/** The event log, as staff read and hear it. */
@Module({ controllers: [EventsController], providers: [EventsService] })
export class EventsModule {}
