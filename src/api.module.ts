import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Config } from '../config/config.js';
import { PermissionGuard } from './infrastructure/http/permission.guard.js';
import { InfrastructureModule } from './infrastructure/infrastructure.module.js';
import { AuthenticationGuard, AuthModule } from './modules/auth/index.js';
import { CartsModule } from './modules/carts/index.js';
import { HealthModule } from './modules/health/index.js';
import { InventoryModule } from './modules/inventory/index.js';
import { JobsAdminModule } from './modules/jobs/index.js';
import { OrdersModule } from './modules/orders/index.js';
import { PaymentsModule } from './modules/payments/index.js';
import { ProductsModule } from './modules/products/index.js';
import { UsersModule } from './modules/users/index.js';
import { WebhooksModule } from './modules/webhooks/index.js';
import { TASK_SCHEDULE } from './schedule.js';

/** The modules with routes. */
export const API_MODULES = [
  AuthModule,
  UsersModule,
  InventoryModule,
  ProductsModule,
  CartsModule,
  PaymentsModule,
  OrdersModule,
  WebhooksModule,
  JobsAdminModule.forSchedule(TASK_SCHEDULE),
];

/** Who is it, and may they: in this order, before anything else. */
export const API_GUARDS = [
  { provide: APP_GUARD, useExisting: AuthenticationGuard },
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
