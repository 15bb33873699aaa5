import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { envSchema } from '../../config/env.schema.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, unknown>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
}

/** A service with what it takes over by `<<`. */
function merged<T extends object>(value: T): T {
  const { '<<': base, ...own } = value as T & { '<<'?: T };
  const whole = { ...(base ? merged(base) : {}), ...own } as unknown as Record<string, unknown>;
  for (const [key, part] of Object.entries(whole)) {
    if (typeof part === 'object' && part !== null && '<<' in part) whole[key] = merged(part);
  }
  return whole as T;
}

const compose = load(read('docker/compose.yaml')) as { services: Record<string, Service>; volumes: object };
const services = Object.fromEntries(Object.entries(compose.services).map(([name, service]) => [name, merged(service)]));
const dockerfile = read('docker/Dockerfile');
const ours = ['setup', 'api', 'worker'];

describe('the compose file', () => {
  it('has PostgreSQL, Redis, a mail catcher, the set-up, the API and the worker', () => {
    expect(Object.keys(services).sort()).toEqual(['api', 'mail', 'postgres', 'redis', 'setup', 'worker']);
  });

  it.each(ours)('gives %s the variables of the configuration alone, and all that it needs', (name) => {
    const environment = services[name]?.environment ?? {};
    const known = Object.keys(envSchema.shape);
    const values = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [key, String(value).replace(/^\$\{\w+(:-)?.*\}$/, '')]),
    );

    expect(Object.keys(environment).filter((key) => !known.includes(key) && key !== 'HEALTH_PORT')).toEqual([]);
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    expect(envSchema.safeParse({ APP_SECRET: 'x'.repeat(32), ...filled }).error?.issues ?? []).toEqual([]);
  });

  it('runs programs that exist', () => {
    const programs = [dockerfile, ...ours.map((name) => JSON.stringify(services[name]?.command ?? ''))]
      .flatMap((text) => [...text.matchAll(/dist\/(src\/[a-z]+)\.js/g)])
      .map((match) => `${match[1] ?? ''}.ts`);

    expect(new Set(programs)).toEqual(new Set(['src/main.ts', 'src/worker.ts', 'src/setup.ts']));
    for (const program of programs) expect(existsSync(new URL(program, ROOT))).toBe(true);
  });

  it.each([
    ['api', 'setup', 'service_completed_successfully'],
    ['worker', 'setup', 'service_completed_successfully'],
    ['api', 'redis', 'service_healthy'],
    ['worker', 'redis', 'service_healthy'],
    ['setup', 'postgres', 'service_healthy'],
  ])('starts %s once %s is %s', (name, needed, condition) => {
    expect(services[name]?.depends_on).toMatchObject({ [needed]: { condition } });
  });

  it.each(['postgres', 'redis'])('knows when %s is healthy', (name) => {
    expect(services[name]).toMatchObject({ healthcheck: { test: expect.arrayContaining(['CMD']) } });
  });

  it('holds no secret', () => {
    expect(read('docker/compose.yaml')).toContain('APP_SECRET: ${APP_SECRET:?');
    expect(read('docker/compose.yaml')).toContain('ADMIN_PASSWORD: ${ADMIN_PASSWORD:?');
  });
});

describe('the image', () => {
  it('is made in stages and runs as an ordinary user', () => {
    const stages = [...dockerfile.matchAll(/^FROM /gm)];
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));

    expect(stages.length).toBeGreaterThan(1);
    expect(last).toMatch(/^USER node$/m);
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('CMD ["node"'));
  });

  it('copies only what is there', () => {
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => (match[1] ?? '').split(' '));

    for (const path of copies) expect({ path, there: existsSync(new URL(path, ROOT)) }).toEqual({ path, there: true });
  });
});
