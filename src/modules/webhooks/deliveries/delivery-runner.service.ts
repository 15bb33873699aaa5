import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { WEBHOOK_ENDPOINT_DISABLED } from '../webhook.events.js';
import type { WebhookEndpointEntity } from '../webhook-endpoint.entity.js';
import { WebhookEndpointsRepository } from '../webhook-endpoints.repository.js';
import { signatureHeaders, validSecrets } from '../webhook-secret.js';
import type { WebhookJob } from './webhook-deliveries.queue.js';
import { WebhookDeliveriesRepository, type AttemptOutcome, type DueDelivery } from './webhook-deliveries.repository.js';
import { WebhookSender } from './webhook-sender.js';

const FAILURES_TO_DISABLE = 3;
const FAILING_MS_TO_DISABLE = 5 * 86_400_000;

/** A job of the deliveries with its id. */
export type DeliveryRun = WebhookJob & { readonly jobId: string };

/** Sends deliveries, and disables endpoints that take none. */
@Injectable()
export class DeliveryRunner {
  constructor(
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly sender: WebhookSender,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Sends a delivery, unless it is done or gone; cancels it when its endpoint is disabled.
   *
   * @throws Error when the receiver did not take it, so that it is sent again
   */
  async attempt(run: DeliveryRun): Promise<void> {
    const due = await this.deliveries.findDue(run);
    if (!due) return;
    if (due.endpointState !== 'active') {
      await this.database.transaction((tx) => this.deliveries.settle(tx, run, 'cancelled', this.clock.now()));
      return;
    }
    const at = this.clock.now();
    const outcome = await this.post(due, at);
    await this.database.transaction((tx) => this.record(tx, due, outcome, at));
    if (outcome.error !== null) throw new Error(outcome.error);
  }

  /** Records that the receiver has taken a delivery; nothing for one that was cancelled. */
  async succeed(tx: Transaction, run: DeliveryRun): Promise<void> {
    await this.endpoints.markWorking(tx, run.endpointId, run);
    await this.deliveries.settle(tx, run, 'succeeded', this.clock.now());
  }

  /** Records that a delivery has failed for good, and disables an endpoint whose deliveries all do. */
  async fail(tx: Transaction, run: DeliveryRun): Promise<void> {
    const now = this.clock.now();
    const endpoint = await this.endpoints.lockIfThere(tx, run.endpointId);
    if (!endpoint || !(await this.deliveries.settle(tx, run, 'failed', now))) return;
    const { id } = endpoint;
    await this.endpoints.countFailure(tx, id);
    const disabledReason = reasonToDisable(endpoint, now);
    if (disabledReason === null) return;
    await this.endpoints.update(tx, id, { state: 'disabled', disabledReason }, now);
    this.outbox.append(tx, domainEvent(WEBHOOK_ENDPOINT_DISABLED, id, { endpointId: id }));
  }

  private post(due: DueDelivery, at: Date): Promise<AttemptOutcome> {
    const secrets = validSecrets(due, this.config.auth.secret, at);
    const headers = signatureHeaders({ id: due.eventId ?? due.id, body: due.body, at }, secrets);
    return this.sender.post(due.url, headers, due.body);
  }

  private async record(tx: Transaction, due: DueDelivery, outcome: AttemptOutcome, at: Date): Promise<void> {
    if (outcome.error !== null) await this.endpoints.markFailing(tx, due.endpointId, at);
    await this.deliveries.addAttempt(tx, due.id, outcome, at);
  }
}

function reasonToDisable({ state, failingSince, failuresInRow }: WebhookEndpointEntity, now: Date): string | null {
  if (state !== 'active') return null;
  if (failuresInRow + 1 >= FAILURES_TO_DISABLE) {
    return `${String(FAILURES_TO_DISABLE)} deliveries in a row failed for good.`;
  }
  const failsTooLong = failingSince !== null && now.getTime() - failingSince.getTime() > FAILING_MS_TO_DISABLE;
  return failsTooLong ? 'No delivery has succeeded for more than 5 days.' : null;
}
