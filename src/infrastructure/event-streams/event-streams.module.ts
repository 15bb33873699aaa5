import { Global, Module } from '@nestjs/common';
import { RedisSubscriber } from '../redis/redis-subscriber.js';
import { EventFeed } from './event-feed.js';
import { EventStreams } from './event-streams.js';

/** Live events; nothing is connected to before the first stream. */
@Global()
@Module({ providers: [EventFeed, EventStreams, RedisSubscriber], exports: [EventStreams] })
export class EventStreamsModule {}
