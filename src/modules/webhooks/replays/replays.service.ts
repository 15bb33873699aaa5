import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { invalidRequest, problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { SignedInActor } from '../../../infrastructure/http/actor.js';
import type { LongOperation } from '../../../infrastructure/operations/operation.schema.js';
import { OperationsRepository } from '../../../infrastructure/operations/operations.repository.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { eventTypeFaults } from '../event-types.js';
import { WEBHOOK_REPLAY_REQUESTED } from '../webhook.events.js';
import { WebhookEndpointsRepository } from '../webhook-endpoints.repository.js';
import type { CreateReplay } from './replay.schema.js';

/** The kind of the operations that deliver events again. */
export const WEBHOOK_REPLAY = 'webhook-replay';

/** Takes wishes for replays. */
@Injectable()
export class ReplaysService {
  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly operations: OperationsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Lets events of the past be delivered to an endpoint again; the worker does it.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition` (409) when the endpoint is disabled,
   * `invalid_request` (400) when a type of event is unknown
   */
  request(actor: SignedInActor, endpointId: string, { from, to, eventTypes }: CreateReplay): Promise<LongOperation> {
    const faults = eventTypeFaults(eventTypes ?? []);
    if (faults.length > 0) throw invalidRequest(...faults);
    return this.database.transaction(async (tx) => {
      const endpoint = await this.endpoints.lock(tx, endpointId, null);
      const { state } = endpoint;
      if (state !== 'active') throw problem('invalid_state_transition', { state, action: 'replay' });
      const id = uuidv7();
      const operation = await this.operations.insert(tx, {
        ...{ id, kind: WEBHOOK_REPLAY, result: { position: 0, deliveries: 0 } },
        ...{ createdBy: actor.userId, now: this.clock.now() },
      });
      const types = eventTypes ?? endpoint.eventTypes;
      const replay = { operationId: id, endpointId, from, to, eventTypes: types };
      this.outbox.append(tx, domainEvent(WEBHOOK_REPLAY_REQUESTED, id, replay));
      return operation;
    });
  }
}
