import { z } from 'zod';
import { envSchema } from './env.schema.js';

const DAY_MS = 86_400_000;

type Env = z.infer<typeof envSchema>;

/** The configuration cannot be used; the message names each variable and its fault, never a value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The validated configuration of a process; the only reader of `process.env`. */
export class Config {
  private constructor(private readonly env: Env) {}

  /**
   * Reads and validates the environment; empty variables count as not set.
   *
   * @throws ConfigurationError naming every variable that is missing or wrong
   */
  static fromEnv(env: NodeJS.ProcessEnv = process.env): Config {
    const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
    const parsed = envSchema.safeParse(given);
    if (!parsed.success) {
      const faults = parsed.error.issues.map((issue) => {
        const name = issue.path.join('.');
        return `  ${name}: ${name in given ? issue.message : 'is not set'}`;
      });
      throw new ConfigurationError(`The configuration is wrong:\n${faults.join('\n')}`);
    }
    return new Config(parsed.data);
  }

  /** Where the process listens. */
  get http() {
    const { HOST, PORT, WORKER_PORT, CORS_ORIGINS = [], TRUSTED_PROXIES } = this.env;
    return {
      host: HOST,
      port: PORT,
      workerPort: WORKER_PORT,
      corsOrigins: CORS_ORIGINS,
      trustedProxies: TRUSTED_PROXIES,
    };
  }

  /** PostgreSQL: address, pools and time limits in milliseconds. */
  get database() {
    return {
      url: this.env.DATABASE_URL,
      poolSize: this.env.DATABASE_POOL_SIZE,
      searchPoolSize: this.env.DATABASE_SEARCH_POOL_SIZE,
      statementTimeoutMs: this.env.DATABASE_STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: this.env.DATABASE_LOCK_TIMEOUT_MS,
    };
  }

  /** How many of the best products are kept by themselves, to be searched first. */
  get search() {
    return { bestProducts: this.env.SEARCH_BEST_PRODUCTS };
  }

  /** The kept answers of products: bytes of all, and milliseconds that one is served at most. */
  get productCache() {
    return { maxBytes: this.env.PRODUCT_CACHE_MIB * 1_048_576, maxAgeMs: this.env.PRODUCT_CACHE_MS };
  }

  /** Redis: address and the start of each key. */
  get redis() {
    return { url: this.env.REDIS_URL, keyPrefix: this.env.REDIS_KEY_PREFIX };
  }

  /** The application's secret and how long tokens live, in seconds. */
  get auth() {
    return {
      secret: this.env.APP_SECRET,
      accessTokenTtlSeconds: this.env.ACCESS_TOKEN_TTL_SECONDS,
      refreshTokenTtlSeconds: this.env.REFRESH_TOKEN_TTL_SECONDS,
    };
  }

  /** Calls a minute that one caller may make, by class. */
  get rateLimits() {
    return {
      'sign-in': this.env.RATE_LIMIT_SIGN_IN,
      register: this.env.RATE_LIMIT_REGISTER,
      checkout: this.env.RATE_LIMIT_CHECKOUT,
      write: this.env.RATE_LIMIT_WRITE,
      read: this.env.RATE_LIMIT_READ,
      staff: this.env.RATE_LIMIT_STAFF,
    };
  }

  /** How long idempotency keys are kept, and when a stopped call may be taken up. */
  get idempotency() {
    return {
      secret: this.env.APP_SECRET,
      ttlSeconds: this.env.IDEMPOTENCY_TTL_SECONDS,
      leaseMs: this.env.IDEMPOTENCY_LEASE_MS,
    };
  }

  /** Languages and currencies of the shop, its own first; whether its currencies are told, so that no other is taken. */
  get shop() {
    const { CURRENCIES, DEFAULT_CURRENCY, LOCALES } = this.env;
    const currencies = CURRENCIES ?? [DEFAULT_CURRENCY];
    return {
      defaultCurrency: currencies[0] ?? DEFAULT_CURRENCY,
      currencies,
      tellsCurrencies: CURRENCIES !== undefined,
      locales: LOCALES,
    };
  }

  /** Where mails go and who sends them. */
  get mail() {
    return {
      smtpUrl: this.env.SMTP_URL,
      from: this.env.MAIL_FROM,
      mailboxDir: this.env.MAILBOX_DIR,
    };
  }

  /** The least important level that is logged. */
  get logging() {
    return { level: this.env.LOG_LEVEL };
  }

  /** How the relay of the outbox looks and repeats, in milliseconds. */
  get outbox() {
    return {
      pollMs: this.env.OUTBOX_POLL_MS,
      redeliverAfterMs: this.env.OUTBOX_REDELIVER_AFTER_MS,
    };
  }

  /** How often an event stream shows that it is open, in milliseconds. */
  get eventStreams() {
    return { heartbeatMs: this.env.EVENT_STREAM_HEARTBEAT_MS };
  }

  /** How long the event log, finished jobs and the log of searches are kept, in milliseconds. */
  get retention() {
    return {
      eventsMs: this.env.EVENT_RETENTION_DAYS * DAY_MS,
      jobsMs: this.env.JOB_RETENTION_DAYS * DAY_MS,
      searchesMs: this.env.SEARCH_LOG_RETENTION_DAYS * DAY_MS,
    };
  }

  /** When the worker finishes payments that were left open, in milliseconds. */
  get payments() {
    return { recoveryAfterMs: this.env.PAYMENT_RECOVERY_AFTER_MS };
  }

  /** Where traces go, nowhere without an endpoint, and the share that is kept. */
  get tracing() {
    return {
      endpoint: this.env.OTEL_EXPORTER_OTLP_ENDPOINT,
      serviceName: this.env.OTEL_SERVICE_NAME,
      samplerRatio: this.env.OTEL_TRACES_SAMPLER_RATIO,
    };
  }

  /** Where webhooks may go, and how long a receiver has to answer, in milliseconds. */
  get webhooks() {
    return {
      allowPrivateTargets: this.env.WEBHOOK_ALLOW_PRIVATE_TARGETS,
      timeoutMs: this.env.WEBHOOK_TIMEOUT_MS,
    };
  }

  /** Where the files of images are: a bucket, or else a folder. */
  get media() {
    const { S3_BUCKET: bucket, S3_ENDPOINT, S3_REGION, S3_FORCE_PATH_STYLE } = this.env;
    const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = this.env;
    const credentials =
      accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
    const place = { endpoint: S3_ENDPOINT, region: S3_REGION, forcePathStyle: S3_FORCE_PATH_STYLE };
    return {
      folder: this.env.MEDIA_DIR,
      bucket: bucket === undefined ? undefined : { ...place, name: bucket, credentials },
    };
  }

  /** Bytes of an imported file at most. */
  get imports() {
    return { maxBytes: this.env.IMPORT_MAX_MIB * 1_048_576 };
  }

  /** How long a stop may take, in milliseconds. */
  get shutdown() {
    return { timeoutMs: this.env.SHUTDOWN_TIMEOUT_MS };
  }

  /** What the set-up makes on an empty database. */
  get setup() {
    return {
      adminEmail: this.env.ADMIN_EMAIL,
      adminPassword: this.env.ADMIN_PASSWORD,
      seedDemo: this.env.SEED_DEMO,
    };
  }
}
