import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const milliseconds = z.coerce.number().int().min(1).max(86_400_000);
const calls = z.coerce.number().int().min(1).max(10_000_000);
const days = z.coerce.number().int().min(1).max(3_650);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const isWithoutRepeats = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** A language tag as it is written by all; `undefined` where the text is none. */
function canonicalTag(text: string): string | undefined {
  return /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,4}$/i.test(text) && isStructured(text) ? Intl.getCanonicalLocales(text)[0] : undefined;
}

function isStructured(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/**
 * Every environment variable that Orderly reads: type, default, unit and meaning.
 *
 * `docs/configuration.md` and `config/env.example` are generated from it.
 */
export const envSchema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'])
    .default('production')
    .describe('What the process runs for.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address the HTTP servers listen on.'),
  PORT: port.default(3000).describe('Port of the API; 0 takes any free one.'),
  WORKER_PORT: port
    .default(3001)
    .describe("Port of the worker's health and metrics; 0 takes any free one."),
  CORS_ORIGINS: z
    .string()
    .transform((origins) => origins.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.url({ protocol: /^https?$/ })).max(50))
    .optional()
    .describe('Origins of shop front ends that call from a browser, separated by commas; none unless set.'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('PostgreSQL 15 or later, as postgres://user:password@host:port/database.'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(10)
    .describe('PostgreSQL connections that one process opens at most, beside those for searches.'),
  DATABASE_SEARCH_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(5)
    .describe('PostgreSQL connections that one process opens for searches at most; orders never wait for these.'),
  DATABASE_STATEMENT_TIMEOUT_MS: milliseconds
    .default(15_000)
    .describe('Milliseconds after which PostgreSQL ends a statement.'),
  DATABASE_LOCK_TIMEOUT_MS: milliseconds
    .default(5_000)
    .describe('Milliseconds that a statement waits for a lock at most.'),
  SEARCH_BEST_PRODUCTS: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .default(250_000)
    .describe('Best products that large catalogues are searched among first, each some 2 KiB of PostgreSQL; 0 for none.'),
  PRODUCT_CACHE_MIB: z.coerce
    .number()
    .int()
    .min(1)
    .max(16_384)
    .default(32)
    .describe('MiB of products, as pages of their own and as rows of lists, that one API process keeps at most.'),
  PRODUCT_CACHE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(2_000)
    .describe('Milliseconds that such a product is served at most, should no notice of its change arrive; 0 keeps none.'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .describe('Redis 6.2 or later, or Valkey, as redis://:password@host:port/database.'),
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('orderly')
    .describe('Start of each key in Redis; keeps two shops on one Redis apart.'),
  APP_SECRET: z
    .string()
    .min(32)
    .max(512)
    .describe('Key of signatures and seals, at least 32 random characters; the same in every process.'),
  ACCESS_TOKEN_TTL_SECONDS: z.coerce
    .number()
    .int()
    .min(30)
    .max(3_600)
    .default(600)
    .describe('Seconds for which an access token is valid.'),
  REFRESH_TOKEN_TTL_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .max(31_536_000)
    .default(2_592_000)
    .describe('Seconds for which a refresh token is valid.'),
  TRUSTED_PROXIES: z
    .string()
    .max(1_000)
    .optional()
    .describe('Addresses or CIDR ranges of the proxies whose X-Forwarded-For is believed, separated by commas.'),
  RATE_LIMIT_SIGN_IN: calls.default(10).describe('Sign-ins that one address may try a minute.'),
  RATE_LIMIT_REGISTER: calls.default(10).describe('Registrations that one address may try a minute.'),
  RATE_LIMIT_CHECKOUT: calls.default(60).describe('Orders that one caller may place a minute.'),
  RATE_LIMIT_WRITE: calls.default(300).describe('Other changes that one caller may make a minute.'),
  RATE_LIMIT_READ: calls.default(1_200).describe('Reads that one caller may make a minute.'),
  RATE_LIMIT_STAFF: calls.default(1_200).describe('Calls that one member of the staff may make a minute.'),
  IDEMPOTENCY_TTL_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .max(2_592_000)
    .default(86_400)
    .describe('Seconds for which an Idempotency-Key and its answer are kept.'),
  IDEMPOTENCY_LEASE_MS: milliseconds
    .default(30_000)
    .describe('Milliseconds after which a call that stopped half-way may be taken up by its retry.'),
  DEFAULT_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('EUR')
    .describe('ISO 4217 currency of carts and imports that name none.'),
  CURRENCIES: z
    .string()
    .transform((codes) => codes.split(',').map((code) => code.trim()))
    .pipe(z.array(z.enum(Intl.supportedValuesOf('currency'), 'must be ISO 4217 codes')).max(50).refine(isWithoutRepeats, 'must name each one once'))
    .optional()
    .describe(
      'ISO 4217 currencies that the shop sells in, separated by commas; the first goes before DEFAULT_CURRENCY. Unless set, carts are in any.',
    ),
  LOCALES: z
    .string()
    .default('en')
    .transform((tags) => tags.split(',').map((tag) => canonicalTag(tag.trim())))
    .pipe(z.array(z.string('must be language tags (BCP 47) such as en or de-AT')).max(20).refine(isWithoutRepeats, 'must name each one once'))
    .describe("Languages of the catalogue as BCP 47 tags, separated by commas; the first is the shop's own."),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('Mail server; without it mails are written to MAILBOX_DIR.'),
  MAIL_FROM: z
    .string()
    .min(3)
    .max(320)
    .default('Orderly <shop@orderly.test>')
    .describe('Sender of the mails.'),
  MAILBOX_DIR: z
    .string()
    .min(1)
    .default('.data/mailbox')
    .describe('Folder of the .eml files that are written while there is no SMTP_URL.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least important level that is logged.'),
  OUTBOX_POLL_MS: milliseconds
    .default(1_000)
    .describe('Milliseconds between two looks of the relay and of the dispatcher of jobs that nothing woke.'),
  OUTBOX_REDELIVER_AFTER_MS: milliseconds
    .default(20_000)
    .describe('Milliseconds after which an unfinished job is put on its queue again.'),
  EVENT_RETENTION_DAYS: days.default(90).describe('Days for which the event log is kept.'),
  JOB_RETENTION_DAYS: days.default(14).describe('Days for which jobs that are done are kept; dead letters stay.'),
  SEARCH_LOG_RETENTION_DAYS: days.default(90).describe('Days for which it is kept what buyers searched for.'),
  EVENT_STREAM_HEARTBEAT_MS: milliseconds
    .default(15_000)
    .describe('Milliseconds between two heartbeats of an event stream.'),
  PAYMENT_RECOVERY_AFTER_MS: milliseconds
    .default(30_000)
    .describe('Milliseconds after which the worker finishes a payment that its request left open.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Base address of an OTLP/HTTP collector that takes traces; nothing is traced without it.'),
  OTEL_SERVICE_NAME: z.string().min(1).max(255).default('orderly').describe('Name of the service in traces.'),
  OTEL_TRACES_SAMPLER_RATIO: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the traces that begin here which are kept, 0 to 1; a traced caller decides for its own.'),
  WEBHOOK_ALLOW_PRIVATE_TARGETS: flag
    .default(false)
    .describe('Whether webhooks may go to private addresses and over plain HTTP; for development alone.'),
  WEBHOOK_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(25_000)
    .default(15_000)
    .describe('Milliseconds that the receiver of a webhook has to answer.'),
  MEDIA_DIR: z
    .string()
    .min(1)
    .default('.data/media')
    .describe('Folder of the images while there is no S3_BUCKET; the API and the worker share it.'),
  S3_BUCKET: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Bucket of an S3-compatible store for the images; without it they are files in MEDIA_DIR.'),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Address of the S3-compatible store; without it Amazon's of the region."),
  S3_REGION: z.string().min(1).max(100).default('us-east-1').describe('Region of the bucket.'),
  S3_ACCESS_KEY_ID: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe("Key of the store; without it the AWS SDK looks in its usual places."),
  S3_SECRET_ACCESS_KEY: z.string().min(1).max(256).optional().describe('Secret of that key.'),
  S3_FORCE_PATH_STYLE: flag
    .default(false)
    .describe('Whether the bucket stands in the path and not in the host name, as most stores of your own need.'),
  IMPORT_MAX_MIB: z.coerce
    .number()
    .int()
    .min(1)
    .max(102_400)
    .default(2_048)
    .describe('Most MiB of one file of products that is imported; it is kept in PostgreSQL until it has been read.'),
  SHUTDOWN_TIMEOUT_MS: milliseconds
    .default(20_000)
    .describe('Milliseconds that a stopping process gives to the work it has.'),
  ADMIN_EMAIL: z
    .email()
    .optional()
    .describe('E-mail of the administrator that the set-up makes when there is none.'),
  ADMIN_PASSWORD: z
    .string()
    .min(12)
    .max(128)
    .optional()
    .describe('Password of that administrator.'),
  SEED_DEMO: flag
    .default(false)
    .describe('Whether the set-up fills an empty catalogue with the demo shop.'),
});
