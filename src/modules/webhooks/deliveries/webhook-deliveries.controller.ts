import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../../common/pagination/page.schema.js';
import { IdSchema } from '../../../common/text/text.schema.js';
import { Operation } from '../../../infrastructure/http/operation.decorator.js';
import { Requires } from '../../../infrastructure/http/requires.decorator.js';
import { Idempotent } from '../../../infrastructure/idempotency/idempotent.decorator.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import {
  ListDeliveriesSchema,
  WebhookDeliveryDetailsSchema,
  WebhookDeliveryPageSchema,
  WebhookDeliverySchema,
} from './webhook-delivery.schema.js';
import type { ListDeliveries, WebhookDelivery, WebhookDeliveryDetails } from './webhook-delivery.schema.js';

/** What was and will be sent to endpoints, for staff. */
@ApiTags('Webhooks')
@Controller('v1/admin/webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveriesService) {}

  @Get()
  @Requires('webhooks:read')
  @Operation({
    id: 'listWebhookDeliveries',
    summary: 'List what is sent to receivers of events, the newest first',
    answers: WebhookDeliveryPageSchema,
    problems: ['invalid_cursor'],
  })
  list(@Query({ schema: ListDeliveriesSchema }) query: ListDeliveries): Promise<Page<WebhookDelivery>> {
    return this.deliveries.list(query);
  }

  @Get(':id')
  @Requires('webhooks:read')
  @Operation({
    id: 'getWebhookDelivery',
    summary: 'See a delivery: its body, and how each attempt went',
    answers: WebhookDeliveryDetailsSchema,
  })
  get(@Param('id', { schema: IdSchema }) id: string): Promise<WebhookDeliveryDetails> {
    return this.deliveries.get(id);
  }

  @Post(':id/resend')
  @Requires('webhooks:write')
  @Idempotent('optional')
  @Operation({
    id: 'resendWebhookDelivery', emits: [],
    summary: 'Send a delivery once more, at once, with the same `webhook-id`',
    status: 202,
    answers: WebhookDeliverySchema,
    location: '/v1/admin/webhook-deliveries/{id}',
    problems: ['invalid_state_transition'],
  })
  resend(@Param('id', { schema: IdSchema }) id: string): Promise<WebhookDelivery> {
    return this.deliveries.resend(id);
  }
}
