import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../config/config.js';
import { decodeCursor, listFingerprint } from '../../common/pagination/cursor.js';
import { toPage, type Page } from '../../common/pagination/page.schema.js';
import { invalidRequest, problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { eventTypeFaults } from './event-types.js';
import { targetFault } from './target-address.js';
import { WEBHOOK_ENDPOINT_CREATED, WEBHOOK_ENDPOINT_DELETED, WEBHOOK_ENDPOINT_UPDATED } from './webhook.events.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import type {
  CreateEndpoint,
  ListEndpoints,
  UpdateEndpoint,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from './webhook-endpoint.schema.js';
import { WebhookEndpointsRepository, type EndpointChanges } from './webhook-endpoints.repository.js';
import { newWebhookSecret, OLD_SECRET_VALID_MS, sealSecret } from './webhook-secret.js';

/** The receivers of events, for staff. */
@Injectable()
export class WebhookEndpointsService {
  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** A page of endpoints, the newest first. */
  async list({ limit, cursor, ...filters }: ListEndpoints): Promise<Page<WebhookEndpoint>> {
    const fingerprint = listFingerprint(filters);
    const after = cursor === undefined ? undefined : decodeCursor(fingerprint, cursor, 'text');
    const rows = await this.endpoints.list({ ...filters, limit, beforeId: after?.id });
    return toPage(rows, limit, fingerprint, ({ id }) => ({ value: '', id }), toEndpoint);
  }

  /**
   * An endpoint.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<WebhookEndpoint> {
    const row = await this.endpoints.find(id);
    if (!row) throw problem('not_found');
    return toEndpoint(row);
  }

  /**
   * Makes an endpoint with a secret of its own.
   *
   * @throws Problem `invalid_request` (400) when it may not be sent to, or a type of event is unknown
   */
  create(input: CreateEndpoint): Promise<WebhookEndpointWithSecret> {
    this.check(input);
    return this.database.transaction(async (tx) => {
      const [id, now, secret] = [uuidv7(), this.clock.now(), newWebhookSecret()];
      const row: WebhookEndpointEntity = {
        ...input,
        id,
        secret: sealSecret(secret, this.config.auth.secret, id),
        previousSecret: null,
        previousSecretExpiresAt: null,
        state: 'active',
        disabledReason: null,
        failingSince: null,
        failuresInRow: 0,
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await this.endpoints.insert(tx, row);
      this.outbox.append(tx, domainEvent(WEBHOOK_ENDPOINT_CREATED, id, { endpointId: id }));
      return { ...toEndpoint(row), secret };
    });
  }

  /**
   * Changes an endpoint. One that is made active again begins without failures.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412), `invalid_request` (400)
   */
  update(id: string, version: number | null, changes: UpdateEndpoint): Promise<WebhookEndpoint> {
    this.check(changes);
    return this.database.transaction(async (tx) => {
      const endpoint = await this.endpoints.lock(tx, id, version);
      const { state, ...others } = changes;
      return toEndpoint(await this.change(tx, endpoint, { ...others, ...stateChanges(endpoint, state) }));
    });
  }

  /**
   * Deletes an endpoint with its deliveries.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete(id: string, version: number | null): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.endpoints.lock(tx, id, version);
      await this.endpoints.delete(tx, id);
      this.outbox.append(tx, domainEvent(WEBHOOK_ENDPOINT_DELETED, id, { endpointId: id }));
    });
  }

  /**
   * Gives an endpoint a new secret; the old one signs for another 24 hours.
   *
   * @throws Problem `not_found` (404)
   */
  rotateSecret(id: string): Promise<WebhookEndpointWithSecret> {
    return this.database.transaction(async (tx) => {
      const endpoint = await this.endpoints.lock(tx, id, null);
      const secret = newWebhookSecret();
      const changed = await this.change(tx, endpoint, {
        secret: sealSecret(secret, this.config.auth.secret, id),
        previousSecret: endpoint.secret,
        previousSecretExpiresAt: new Date(this.clock.now().getTime() + OLD_SECRET_VALID_MS),
      });
      return { ...toEndpoint(changed), secret };
    });
  }

  private async change(
    tx: Transaction,
    endpoint: Readonly<WebhookEndpointEntity>,
    changes: EndpointChanges,
  ): Promise<Readonly<WebhookEndpointEntity>> {
    const now = this.clock.now();
    const { id } = endpoint;
    await this.endpoints.update(tx, id, changes, now);
    this.outbox.append(tx, domainEvent(WEBHOOK_ENDPOINT_UPDATED, id, { endpointId: id }));
    return { ...endpoint, ...changes, version: endpoint.version + 1, updatedAt: now };
  }

  private check({ url, eventTypes }: { url?: string | undefined; eventTypes?: string[] | undefined }): void {
    const urlFault = url === undefined ? null : targetFault(url, this.config.webhooks.allowPrivateTargets);
    const faults = [
      ...(urlFault === null ? [] : [{ pointer: '/url', detail: urlFault }]),
      ...eventTypeFaults(eventTypes ?? []),
    ];
    if (faults.length > 0) throw invalidRequest(...faults);
  }
}

function stateChanges({ state }: WebhookEndpointEntity, wanted: WebhookEndpointEntity['state'] | undefined): EndpointChanges {
  if (wanted === undefined || wanted === state) return {};
  if (wanted === 'disabled') return { state: 'disabled', disabledReason: 'Staff disabled it.' };
  return { state: 'active', disabledReason: null, failingSince: null, failuresInRow: 0 };
}

function toEndpoint(row: Readonly<WebhookEndpointEntity>): WebhookEndpoint {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    eventTypes: row.eventTypes,
    state: row.state,
    disabledReason: row.disabledReason,
    failingSince: row.failingSince?.toISOString() ?? null,
    previousSecretExpiresAt: row.previousSecretExpiresAt?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
