import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Config } from '../config/config.js';
import { PermissionGuard } from './infrastructure/http/permission.guard.js';
import { RateLimitGuard } from './infrastructure/rate-limits/rate-limit.guard.js';
import { InfrastructureModule } from './infrastructure/infrastructure.module.js';
import { AuthenticationGuard, AuthApiModule } from './modules/auth/index.js';
import { CartsApiModule } from './modules/carts/index.js';
import { EventsModule } from './modules/events/index.js';
import { HealthModule, InvariantsModule } from './modules/health/index.js';
import { InventoryApiModule } from './modules/inventory/index.js';
import { JobsAdminModule } from './modules/jobs/index.js';
import { MediaApiModule } from './modules/media/index.js';
import { OrdersApiModule } from './modules/orders/index.js';
import { PaymentsModule } from './modules/payments/index.js';
import { ProductsApiModule, ShelvesApiModule } from './modules/products/index.js';
import { UsersApiModule } from './modules/users/index.js';
import { WebhooksApiModule } from './modules/webhooks/index.js';
import { QUEUES } from './queues.js';
import { TASK_SCHEDULE } from './schedule.js';

/** The modules with routes. */
export const API_MODULES = [
  AuthApiModule,
  UsersApiModule,
  InventoryApiModule,
  MediaApiModule,
  ProductsApiModule,
  ShelvesApiModule,
  CartsApiModule,
  PaymentsModule,
  OrdersApiModule,
  EventsModule,
  WebhooksApiModule,
  JobsAdminModule.showing(TASK_SCHEDULE, QUEUES),
  InvariantsModule,
];

/** Who is it, how often do they call, and may they: in this order, before anything else. */
export const API_GUARDS = [
  { provide: APP_GUARD, useExisting: AuthenticationGuard },
  { provide: APP_GUARD, useClass: RateLimitGuard },
  { provide: APP_GUARD, useClass: PermissionGuard },
];

/** The API: routes, no jobs. */
@Module({})
export class ApiModule {
  /** The root module of an API process. */
  static forRoot(config: Config, role: 'api' | 'docs' = 'api'): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        InfrastructureModule.forRole(config, role),
        HealthModule.forProcess({ needsRedis: false }),
        ...API_MODULES,
      ],
      providers: API_GUARDS,
    };
  }
}
