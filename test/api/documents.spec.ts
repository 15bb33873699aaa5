import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { PROBLEM_CODES, type ProblemCode } from '../../src/common/problems/problem-codes.js';
import { RouteRegistry } from '../../src/infrastructure/http/route-registry.js';
import { startApp, type TestApp } from '../support/app.js';
import type { AnswerBody } from '../support/api-client.js';

let app: TestApp;
let shop: AnswerBody;
let admin: AnswerBody;

interface Operation {
  method: string;
  path: string;
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  'x-problem-codes': ProblemCode[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>;
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
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );

/** Every `$ref` at any depth. */
const referencesIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
};

/** What a reference within the document leads to. */
const at = (document: unknown, reference: string): unknown =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);

/** `METHOD /path` of all that the HTTP server itself has, but for the documents and the queue board. */
const servedRoutes = (): string[] => {
  const prefixes: string[] = [];
  const served: string[] = [];
  for (const line of app.nest.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
    if (part === '') continue;
    const depth = indent.length / 4;
    prefixes.length = depth;
    prefixes.push(part);
    const path = prefixes.join('').replace(/:(\w+)/g, '{$1}');
    if (path.startsWith('/docs') || path.startsWith('/queues')) continue;
    // HEAD goes with every GET.
    served.push(...methods.split(', ').filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`));
  }
  return served;
};

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
      const references = referencesIn(document);
      expect(references.length).toBeGreaterThan(0);
      expect(references.filter((reference) => at(document, reference) === undefined)).toEqual([]);
    }
  });

  it('have the shape of OpenAPI: what is used is declared, and declared once', () => {
    for (const document of [shop, admin]) {
      expect(document.info).toMatchObject({ title: expect.stringMatching(/^Orderly/), version: '1' });
      const ids = operationsOf(document).map(({ operationId }) => operationId);
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
      for (const { operationId, path, parameters = [], security, responses } of operationsOf(document)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const declared = parameters.filter((parameter) => parameter.in === 'path');
        const withoutDescription = Object.entries(responses).filter(([, { description }]) => !description);
        const schemes = security.flatMap((choice) => Object.keys(choice));
        expect({ operationId, path: declared.map(({ name }) => name).sort() }).toEqual({ operationId, path: named.sort() });
        expect(declared.filter(({ required }) => required !== true)).toEqual([]);
        expect(parameters.filter(({ schema }) => schema === undefined)).toEqual([]);
        expect(Object.keys(responses).filter((status) => !/^[1-5]\d\d$/.test(status))).toEqual([]);
        expect(withoutDescription).toEqual([]);
        expect(schemes.filter((name) => !(name in document.components.securitySchemes))).toEqual([]);
      }
    }
  });

  it('describe every route that there is, and no other', () => {
    const documented = [...operationsOf(shop), ...operationsOf(admin)].map(({ method, path }) => `${method} ${path}`);

    const served = servedRoutes();

    expect(served).toContain('POST /v1/carts/{id}/items');
    expect(new Set(served)).toEqual(new Set(documented));
    expect(new Set(app.nest.get(RouteRegistry).routes().map(({ operation }) => operation.id))).toEqual(
      new Set([...operationsOf(shop), ...operationsOf(admin)].map(({ operationId }) => operationId)),
    );
  });

  it('give each problem code of an operation an answer of its status', () => {
    for (const operation of [...operationsOf(shop), ...operationsOf(admin)]) {
      for (const code of operation['x-problem-codes']) {
        const { status } = PROBLEM_CODES[code];
        const described = JSON.stringify(operation.responses[status]?.content?.['application/problem+json'] ?? null);
        expect({ id: operation.operationId, described }).toEqual({
          id: operation.operationId,
          described: expect.stringContaining(`Problem_${code}"`),
        });
      }
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
      // What makes a resource or changes it says which by its status.
      const upserts = success.map(([status]) => status).join() === '200,201';
      expect({ id, success: success.length }).toEqual({ id, success: upserts ? 2 : 1 });
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

  it.each(['/docs', '/docs-json', '/docs/admin', '/docs/admin-json', '/docs/swagger-ui-bundle.js', '/docs/admin/swagger-ui-bundle.js'])('are shown at %s', async (path) => {
    expect((await app.api.get(path)).status).toBe(200);
  });
});
