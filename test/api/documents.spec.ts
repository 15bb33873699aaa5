import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { RouteRegistry } from '../../src/infrastructure/http/route-registry.js';
import { startApp, type TestApp } from '../support/app.js';
import type { AnswerBody } from '../support/api-client.js';

let app: TestApp;
let shop: AnswerBody;
let admin: AnswerBody;

interface Operation {
  path: string;
  operationId: string;
  summary: string;
  tags: string[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

beforeAll(async () => {
  app = await startApp();
  shop = (await app.api.get('/docs-json')).body;
  admin = (await app.api.get('/docs/admin-json')).body;
});
afterAll(async () => {
  await app.close();
});

const operationsOf = (document: AnswerBody): Operation[] =>
  Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.values(item).map((operation) => ({ ...operation, path })),
  );

/** The example of each answer, and where its schema stands. */
const examplesOf = (document: AnswerBody): { pointer: string[]; example: unknown }[] =>
  Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.entries(content).map(([type, media]) => ({
          pointer: ['paths', path, method, 'responses', status, 'content', type, 'schema'],
          example: (media as { example?: unknown }).example,
        })),
      ),
    ),
  );

describe('the OpenAPI documents', () => {
  it('are of version 3.1, and every reference in them leads somewhere', () => {
    for (const document of [shop, admin]) {
      expect(document.openapi).toBe('3.1.0');
      const references = JSON.stringify(document).match(/#\/components\/schemas\/[\w.-]+/g) ?? [];
      const missing = references.filter((reference) => !(reference.split('/')[3] ?? '' in document.components.schemas));
      expect(missing).toEqual([]);
      expect(JSON.stringify(document)).not.toContain('#/$defs/');
    }
  });

  it('describe every route that there is, and no other', () => {
    const served = app.nest.get(RouteRegistry).routes();
    const documented = [...operationsOf(shop), ...operationsOf(admin)].map(({ operationId }) => operationId);

    expect(new Set(documented)).toEqual(new Set(served.map(({ operation }) => operation.id)));
    const fastify = app.nest.getHttpAdapter().getInstance();
    for (const { method, path } of served) {
      expect({ method, path, there: fastify.hasRoute({ method: method, url: path }) }).toEqual({ method, path, there: true });
    }
  });

  it('say of each operation what it does, what it answers and what it needs', () => {
    for (const operation of [...operationsOf(shop), ...operationsOf(admin)]) {
      const extensions = operation as unknown as Record<string, unknown>;
      const { operationId: id } = operation;
      expect({ id, summary: operation.summary.length > 5, tags: operation.tags.length }).toEqual({ id, summary: true, tags: 1 });
      expect(extensions['x-permission']).toMatch(/^[a-z-]+:[a-z]+$/);
      expect(['guest', 'customer', 'staff', 'admin']).toContain(extensions['x-role']);
      expect((extensions['x-problem-codes'] as string[]).length).toBeGreaterThan(0);
      const success = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      expect({ id, success: success.length }).toEqual({ id, success: 1 });
      const [status, response] = success[0]!;
      const hasSchema = Object.values(response.content ?? {}).some(({ schema }) => schema !== undefined);
      expect({ id, hasSchema }).toEqual({ id, hasSchema: status !== '204' });
    }
  });

  it('give an example of each JSON body', () => {
    for (const document of [shop, admin]) {
      for (const { operationId, requestBody } of operationsOf(document)) {
        for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
          if (type === 'multipart/form-data') continue;
          const name = schema.$ref?.split('/')[3] ?? '';
          const { example, examples } = document.components.schemas[name] ?? schema;
          expect({ operationId, hasExample: example !== undefined || examples !== undefined }).toEqual({ operationId, hasExample: true });
        }
      }
    }
  });

  it('give an example of each answer, and each fits its schema', () => {
    for (const [audience, document] of [['shop', shop], ['admin', admin]] as const) {
      const ajv = new Ajv2020({ strict: false });
      (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
      ajv.addSchema(document as object, audience);
      for (const { pointer, example } of examplesOf(document)) {
        const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
        const validate = ajv.compile({ $ref: `${audience}#/${escaped.join('/')}` });
        const fits = validate(example);
        expect({ pointer, fits, errors: validate.errors }).toEqual({ pointer, fits: true, errors: null });
      }
    }
  });

  it('let people sign in by e-mail and password with the Authorize button', () => {
    for (const document of [shop, admin]) {
      expect(document.components.securitySchemes.signIn.flows.password.tokenUrl).toBe('/v1/auth/token');
    }
  });

  it('keep what staff do out of the shop document', () => {
    expect(operationsOf(shop).filter(({ path }) => path.startsWith('/v1/admin'))).toEqual([]);
    expect(operationsOf(admin).filter(({ path }) => !path.startsWith('/v1/admin') && !path.startsWith('/v1/auth'))).toEqual([]);
  });

  it.each(['/docs', '/docs/admin', '/docs/swagger-ui-bundle.js', '/docs/admin/swagger-ui-bundle.js'])('are shown at %s', async (path) => {
    expect((await app.api.get(path)).status).toBe(200);
  });
});
