import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { InfrastructureModule } from './infrastructure/infrastructure.module.js';
import { AuthModule } from './modules/auth/index.js';
import { ProductsModule } from './modules/products/index.js';

/** What the set-up needs: no routes, no jobs. */
@Module({})
export class SetupModule {
  /** The root module of the set-up. */
  static forRoot(config: Config): DynamicModule {
    return {
      module: SetupModule,
      imports: [InfrastructureModule.forRole(config, 'setup'), AuthModule, ProductsModule],
    };
  }
}
