import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { Config } from '../config/config.js';
import { envSchema } from '../config/env.schema.js';
import { ApiModule } from './api.module.js';
import { errorsMarkdown } from './infrastructure/http/errors-page.js';
import { createHttpApplication } from './infrastructure/http/http-application.js';
import { createDocument } from './infrastructure/http/openapi.js';
import { createLog } from './infrastructure/logging/logger.js';
import { eventDefinitions } from './infrastructure/outbox/event-registry.js';

/** The documents that are made from the code, by path; nothing is connected to. */
async function generate(): Promise<Record<string, string>> {
  const config = Config.fromEnv({
    DATABASE_URL: 'postgres://localhost/none',
    REDIS_URL: 'redis://localhost',
    APP_SECRET: 'none'.repeat(16),
  });
  const log = createLog('silent', 'docs');
  const app = await createHttpApplication(ApiModule.forRoot(config, 'docs'), log, { documents: false });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'docs/openapi.json': json(createDocument(app, 'shop')),
    'docs/openapi-admin.json': json(createDocument(app, 'admin')),
    'docs/errors.md': errorsMarkdown(),
    'docs/events.md': eventsMarkdown(),
    'docs/configuration.md': configurationMarkdown(),
    'config/env.example': envExample(),
  };
}

function eventsMarkdown(): string {
  const rows = eventDefinitions().map(({ type, version, aggregate, meaning, payload }) => {
    const fields = Object.keys((z.toJSONSchema(payload) as { properties?: object }).properties ?? {});
    return `| \`${type}\` | ${String(version)} | ${aggregate} | ${fields.map((name) => `\`${name}\``).join(', ')} | ${meaning} |`;
  });
  return [
    '# Events\n',
    'Written in the transaction that makes them true; told to every consumer at least once, in order for one aggregate.\n',
    '| type | version | aggregate | payload | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

interface Variable {
  readonly name: string;
  readonly fallback: string | undefined;
  readonly required: boolean;
  readonly description: string;
}

function variables(): Variable[] {
  return Object.entries(envSchema.shape).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined);
    const value = fallback.success ? fallback.data : undefined;
    return {
      name,
      fallback: value === undefined ? undefined : String(value),
      required: !fallback.success,
      description: schema.description ?? '',
    };
  });
}

function configurationMarkdown(): string {
  const rows = variables().map(({ name, fallback, required, description }) => {
    const unless = required ? 'must be set' : fallback === undefined ? 'not set' : `\`${fallback}\``;
    return `| \`${name}\` | ${unless} | ${description} |`;
  });
  return [
    '# Configuration\n',
    'Environment variables, read and validated once at the start; a wrong value stops the start and is named. `bin/start` sets what must be set.\n',
    '| variable | unless set | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function envExample(): string {
  const lines = variables().map(({ name, fallback, required, description }) => {
    const assignment = `${name}=${fallback ?? ''}`;
    return `# ${description}\n${required ? assignment : `# ${assignment}`}\n`;
  });
  return lines.join('\n');
}

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [path, content] of Object.entries(await generate())) {
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present !== content) stale.push(path);
  if (!check) await writeFile(path, content);
}
if (check && stale.length > 0) {
  process.stderr.write(`Not what the code says: ${stale.join(', ')}. Run: node dist/src/docs.js\n`);
  process.exitCode = 1;
}
