import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { dataSourceOptions } from './infrastructure/database/data-source.js';
import { migrate } from './infrastructure/database/migrate.js';
import { createLog, NestLog } from './infrastructure/logging/logger.js';
import { AuthService } from './modules/auth/index.js';
import { DemoShop } from './modules/products/index.js';
import { SetupModule } from './setup.module.js';

/** Migrates, makes the first administrator and fills an empty shop; prints what it did as one line of JSON. */
async function setUp(config: Config): Promise<{ adminCreated: boolean; seeded: boolean }> {
  const dataSource = await new DataSource(dataSourceOptions(config.database, [])).initialize();
  try {
    await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
  const log = createLog('warn', 'setup');
  const app = await NestFactory.createApplicationContext(SetupModule.forRoot(config), {
    logger: new NestLog(log),
    abortOnError: false,
  });
  try {
    const { adminEmail, adminPassword, seedDemo } = config.setup;
    const adminCreated =
      adminEmail !== undefined && adminPassword !== undefined
        ? await app.get(AuthService).createFirstAdministrator(adminEmail, adminPassword)
        : false;
    const seeded = seedDemo ? await app.get(DemoShop).seed() : false;
    return { adminCreated, seeded };
  } finally {
    await app.close();
  }
}

try {
  process.stdout.write(`${JSON.stringify(await setUp(Config.fromEnv()))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
