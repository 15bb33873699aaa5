import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { CurrentActor, type SignedInActor } from '../../infrastructure/http/actor.js';
import { IfMatch } from '../../infrastructure/http/if-match.decorator.js';
import { Operation } from '../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../infrastructure/idempotency/idempotent.decorator.js';
import type { LongOperation } from '../../infrastructure/operations/operation.schema.js';
import { WebhookDeliveriesService } from './deliveries/webhook-deliveries.service.js';
import { WebhookDeliverySchema, type WebhookDelivery } from './deliveries/webhook-delivery.schema.js';
import { CreateReplaySchema, ReplayOperationSchema, type CreateReplay } from './replays/replay.schema.js';
import { ReplaysService } from './replays/replays.service.js';
import {
  WEBHOOK_ENDPOINT_CREATED,
  WEBHOOK_ENDPOINT_DELETED,
  WEBHOOK_ENDPOINT_UPDATED,
  WEBHOOK_REPLAY_REQUESTED,
} from './webhook.events.js';
import {
  CreateEndpointSchema,
  ListEndpointsSchema,
  UpdateEndpointSchema,
  WebhookEndpointPageSchema,
  WebhookEndpointSchema,
  WebhookEndpointWithSecretSchema,
} from './webhook-endpoint.schema.js';
import type {
  CreateEndpoint,
  ListEndpoints,
  UpdateEndpoint,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from './webhook-endpoint.schema.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

const answersEndpoint = { answers: WebhookEndpointSchema, etag: 'version' } as const;
const answersSecret = { answers: WebhookEndpointWithSecretSchema, etag: 'version' } as const;

/** The receivers of events, for staff. */
@ApiTags('Webhooks')
@Controller('v1/admin/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpointsService,
    private readonly deliveries: WebhookDeliveriesService,
    private readonly replays: ReplaysService,
  ) {}

  @Get()
  @Requires('webhooks:read')
  @Operation({
    id: 'listWebhookEndpoints',
    summary: 'List the receivers of events, the newest first',
    answers: WebhookEndpointPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListEndpointsSchema }) query: ListEndpoints): Promise<Page<WebhookEndpoint>> {
    return this.endpoints.list(query);
  }

  @Get(':id')
  @Requires('webhooks:read')
  @Operation({ id: 'getWebhookEndpoint', summary: 'Read a receiver of events', ...answersEndpoint })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<WebhookEndpoint> {
    return this.endpoints.get(id);
  }

  @Post()
  @Requires('webhooks:write')
  @Idempotent('optional')
  @Operation({
    id: 'createWebhookEndpoint', emits: [WEBHOOK_ENDPOINT_CREATED],
    summary: 'Let events be posted to a URL',
    description:
      'Each event is posted as JSON, signed as [Standard Webhooks](https://www.standardwebhooks.com) says. ' +
      'An answer other than 2xx, a redirect included, is a failure: it is sent again for about three days. ' +
      'The events of one aggregate come in their order, each at least once with a stable `webhook-id`.',
    status: 201,
    location: '/v1/admin/webhook-endpoints/{id}',
    ...answersSecret,
  })
  create(@Body({ schema: CreateEndpointSchema }) input: CreateEndpoint): Promise<WebhookEndpointWithSecret> {
    return this.endpoints.create(input);
  }

  @Patch(':id')
  @Requires('webhooks:write')
  @Idempotent('optional')
  @Operation({
    id: 'updateWebhookEndpoint', emits: [WEBHOOK_ENDPOINT_UPDATED],
    summary: 'Change a receiver of events, disable it or make it active again',
    ifMatch: 'required',
    ...answersEndpoint,
  })
  update(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
    @Body({ schema: UpdateEndpointSchema }) changes: UpdateEndpoint,
  ): Promise<WebhookEndpoint> {
    return this.endpoints.update(id, version, changes);
  }

  @Delete(':id')
  @Requires('webhooks:write')
  @Idempotent('optional')
  @Operation({
    id: 'deleteWebhookEndpoint', emits: [WEBHOOK_ENDPOINT_DELETED],
    summary: 'Delete a receiver of events with its deliveries',
    status: 204,
    ifMatch: 'required',
  })
  delete(
    @Param('id', { schema: IdSchema }) id: string,
    @IfMatch('required') version: number | null,
  ): Promise<void> {
    return this.endpoints.delete(id, version);
  }

  @Post(':id/rotate-secret')
  @Requires('webhooks:write')
  @Idempotent('optional')
  @Operation({
    id: 'rotateWebhookSecret', emits: [WEBHOOK_ENDPOINT_UPDATED],
    summary: 'Give a receiver a new secret; the old one signs as well for 24 hours',
    ...answersSecret,
  })
  rotateSecret(@Param('id', { schema: IdSchema }) id: string): Promise<WebhookEndpointWithSecret> {
    return this.endpoints.rotateSecret(id);
  }

  @Post(':id/test')
  @Requires('webhooks:write')
  @Idempotent('optional')
  @Operation({
    id: 'testWebhookEndpoint', emits: [],
    summary: 'Send a made-up event `webhook.test` to a receiver',
    status: 202,
    answers: WebhookDeliverySchema,
    location: '/v1/admin/webhook-deliveries/{id}',
    problems: ['invalid_state_transition'],
  })
  test(@Param('id', { schema: IdSchema }) id: string): Promise<WebhookDelivery> {
    return this.deliveries.test(id);
  }

  @Post(':id/replays')
  @Requires('webhooks:write')
  @Idempotent('optional')
  @Operation({
    id: 'replayWebhooks', emits: [WEBHOOK_REPLAY_REQUESTED],
    summary: 'Deliver events of the past to a receiver again',
    description:
      'Takes the events from `from` until before `to`, of `eventTypes` or else of the types that the receiver wants. ' +
      'The worker makes the deliveries: follow `Location`.',
    status: 202,
    answers: ReplayOperationSchema,
    location: '/v1/admin/operations/{id}',
    problems: ['invalid_state_transition'],
  })
  replay(
    @CurrentActor() actor: SignedInActor,
    @Param('id', { schema: IdSchema }) id: string,
    @Body({ schema: CreateReplaySchema }) input: CreateReplay,
  ): Promise<LongOperation> {
    return this.replays.request(actor, id, input);
  }
}
