import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Config } from '../../config/config.js';
import { Clock } from '../../src/infrastructure/clock/clock.js';
import { createHttpApplication } from '../../src/infrastructure/http/http-application.js';
import { createLog } from '../../src/infrastructure/logging/logger.js';
import { AuthService } from '../../src/modules/auth/index.js';
import { AllRolesModule } from './all-roles.module.js';
import { ApiClient } from './api-client.js';
import { TestClock } from './clock.js';
import { cloneDatabase, type TestDatabase } from './database.js';
import { testEnvironment } from './environment.js';
import { Mailbox } from './mailbox.js';

/** The first administrator of each test shop. */
export const ADMINISTRATOR = { email: 'admin@orderly.test', password: 'administrator-password' } as const;

/** The secret of each test shop. */
export const TEST_SECRET = 'a-secret-of-the-test-suite-that-is-long-enough';

/** What differs from the usual test shop. */
export interface TestAppOptions {
  /** Whether jobs run as well; off unless asked for. */
  readonly worker?: boolean;
  /** Environment variables beside the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** A database of another application, to run a second instance beside it. */
  readonly database?: TestDatabase;
}

/** A running shop of one test file. */
export interface TestApp {
  readonly nest: NestFastifyApplication;
  readonly api: ApiClient;
  readonly clock: TestClock;
  readonly database: TestDatabase;
  readonly mailbox: Mailbox;
  /** The access token of the administrator. */
  readonly adminToken: string;
  close(): Promise<void>;
}

/** Starts a shop on a database of its own; nothing listens, requests are injected. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await cloneDatabase());
  const mailbox = await Mailbox.open();
  const config = Config.fromEnv(testVariables({ database, mailbox, env: options.env ?? {} }));
  const nest = await createHttpApplication(
    AllRolesModule.forRoot(config, options.worker ?? false),
    createLog('silent', 'test'),
    { documents: true },
  );
  const clock = new TestClock(nest.get(Clock));
  await nest.init();
  await nest.getHttpAdapter().getInstance().ready();
  await nest.get(AuthService).createFirstAdministrator(ADMINISTRATOR.email, ADMINISTRATOR.password);
  const api = new ApiClient(nest);
  const adminToken = await api.signIn(ADMINISTRATOR.email, ADMINISTRATOR.password);
  const close = async (): Promise<void> => {
    await nest.close();
    await mailbox.close();
    const events = await eventsOfRequests(database);
    if (!options.database) {
      await database.drop();
      await rm(mediaFolder(database), { recursive: true, force: true });
    }
    api.saveSeen(events);
  };
  return { nest, api, clock, database, mailbox, adminToken, close };
}

/** The events that requests wrote themselves, not the jobs that came of them; none where the database is shut. */
async function eventsOfRequests(database: TestDatabase): Promise<{ requestId: string; type: string }[]> {
  return database
    .query<{ requestId: string; type: string }>(
      `SELECT DISTINCT request_id AS "requestId", type FROM outbox_events WHERE request_id IS NOT NULL AND actor <> 'system'`,
    )
    .catch(() => []);
}

/** Rate limits that no test reaches by accident. */
const unlimited = Object.fromEntries(
  ['SIGN_IN', 'REGISTER', 'CHECKOUT', 'WRITE', 'READ', 'STAFF'].map((name) => [`RATE_LIMIT_${name}`, '10000000']),
);

/** The files of a shop's images: one folder for all processes on its database. */
export function mediaFolder({ url }: TestDatabase): string {
  return join(tmpdir(), `orderly-media-${basename(new URL(url).pathname)}`);
}

/** The environment of a test process. */
export function testVariables({
  database,
  mailbox,
  env,
}: {
  database: TestDatabase;
  mailbox: Mailbox;
  env: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
    // One connection: a request that needs two at once waits for itself, and its test fails.
    DATABASE_POOL_SIZE: '1',
    DATABASE_SEARCH_POOL_SIZE: '1',
    REDIS_URL: testEnvironment().redisUrl,
    REDIS_KEY_PREFIX: `test-${randomBytes(6).toString('hex')}`,
    APP_SECRET: TEST_SECRET,
    SMTP_URL: mailbox.url,
    MEDIA_DIR: mediaFolder(database),
    ...unlimited,
    OUTBOX_POLL_MS: '200',
    OUTBOX_REDELIVER_AFTER_MS: '3000',
    PAYMENT_RECOVERY_AFTER_MS: '3000',
    ...env,
  };
}
