import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProduces } from '@nestjs/swagger';
import { z } from 'zod';
import { Operation, type OperationOptions } from '../http/operation.decorator.js';

const EXAMPLE = [
  'id: 42',
  'event: cart.updated',
  'data: {"id":"01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f","position":42,"type":"cart.updated", …}',
  '',
  '',
].join('\n');

const HOW = `Server-sent events: \`id\` is the event's position in the log, \`event\` its type, \`data\` the event as JSON.
A stream begins with what happens after its first line. To go on where a stream broke off, send the \`id\` of the last
event that you have as \`Last-Event-ID\`, as browsers do by themselves: nothing is left out and nothing told twice, as
far back as events are kept. A line that begins with a colon only shows that the stream is open. It ends after an
hour, when the shop restarts, and when a client reads too slowly: connect again. An event says that something has
changed: read it anew, for more may have changed since.`;

const StreamSchema = z.string().meta({ examples: [EXAMPLE] });

/** Declares a route that answers with a stream of events. */
export function StreamOperation(options: Pick<OperationOptions, 'id' | 'summary' | 'tokenHeader'>): MethodDecorator {
  return applyDecorators(
    Operation({ ...options, description: HOW, answers: StreamSchema }),
    ApiProduces('text/event-stream'),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: '`id` of the last event that you have; goes before `lastEventId`.',
      schema: { type: 'string', maxLength: 15 },
    }),
  );
}
