import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PROBLEM_CODES, type ProblemCode } from '../../common/problems/problem-codes.js';
import { errorsPage } from './errors-page.js';
import { exampleOf, type JsonSchema } from './openapi-examples.js';
import { leastRole } from './permissions.js';
import { RouteRegistry, type Route } from './route-registry.js';

/** Which half of the API a document describes. */
export type Audience = 'shop' | 'admin';

const TITLES: Readonly<Record<Audience, string>> = { shop: 'Orderly shop API', admin: 'Orderly admin API' };

const InputFaultSchema = z.object({ pointer: z.string(), detail: z.string() });

/** The body of every problem (RFC 9457). */
const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(InputFaultSchema).optional(),
  })
  .meta({ id: 'Problem' });

/** Serves both documents and their Swagger UI; a document is made when it is first asked for. */
export function serveDocuments(app: NestFastifyApplication): void {
  const uiOptions = (audience: Audience) => ({
    customSiteTitle: TITLES[audience],
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      initOAuth: { clientId: 'swagger-ui' },
    },
  });
  const adapter = app.getHttpAdapter();
  adapter.get('/docs/errors', (_request: FastifyRequest, reply: FastifyReply) => {
    void reply.type('text/html; charset=utf-8').send(errorsPage());
  });
  SwaggerModule.setup('docs/admin', app, () => createDocument(app, 'admin'), {
    ...uiOptions('admin'),
    jsonDocumentUrl: 'docs/admin-json',
    yamlDocumentUrl: 'docs/admin-yaml',
  });
  SwaggerModule.setup('docs', app, () => createDocument(app, 'shop'), {
    ...uiOptions('shop'),
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
  });
}

/** The OpenAPI 3.1 document of an audience, made from the routes and their schemas. */
export function createDocument(app: NestFastifyApplication, audience: Audience): OpenAPIObject {
  const description =
    'Sign in with the Authorize button (e-mail as username). Every error is `application/problem+json` with a stable `code`.';
  const base = new DocumentBuilder()
    .setTitle(TITLES[audience])
    .setDescription(description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addOAuth2(
      { type: 'oauth2', flows: { password: { tokenUrl: '/v1/auth/token', refreshUrl: '/v1/auth/token', scopes: {} } } },
      'signIn',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(app, base, { standardSchemaConverter: toJsonSchema });
  const routes = new Map(app.get(RouteRegistry).routes().map((route) => [route.operation.id, route]));
  keepAudience(document, audience);
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, ...problemSchemas() };
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item as Record<string, DocumentedOperation>)) {
      const route = routes.get(operation.operationId);
      if (route) describe(operation, route);
    }
  }
  addExamples(document);
  dropUnusedSchemas(document);
  return document;
}

interface DocumentedOperation {
  operationId: string;
  description?: string;
  security?: Record<string, string[]>[];
  responses: Record<string, unknown>;
  parameters?: { schema?: { example?: unknown; examples?: unknown } }[];
  requestBody?: { content: Record<string, { schema?: object }> };
  [extension: `x-${string}`]: unknown;
}

function describe(operation: DocumentedOperation, route: Route): void {
  const role = leastRole(route.permission);
  // Swagger UI fills examples in: a filter that nobody chose would be sent.
  for (const { schema = {} } of operation.parameters ?? []) {
    delete schema.example;
    delete schema.examples;
  }
  operation.parameters = [...(operation.parameters ?? []), ...generalParameters(route)];
  describeLines(operation);
  operation['x-permission'] = route.permission;
  operation['x-role'] = role;
  operation['x-rate-class'] = route.rate;
  operation['x-idempotency'] = route.idempotency ?? 'by-nature';
  operation['x-events'] = route.emits;
  operation['x-dry-run'] = route.dryRun;
  operation['x-problem-codes'] = route.problems;
  operation.security = role === 'guest' ? [{}, { signIn: [] }] : [{ signIn: [] }, { bearer: [] }];
  const needs = role === 'guest' ? 'Open to everybody.' : `Needs the role \`${role}\` (\`${route.permission}\`).`;
  operation.description = [route.operation.description, needs].filter(Boolean).join('\n\n');
  const codes: ProblemCode[] = [...route.problems, 'internal_error', 'busy'];
  for (const status of new Set(codes.map((code) => PROBLEM_CODES[code].status))) {
    const same = codes.filter((code) => PROBLEM_CODES[code].status === status);
    operation.responses[status] = problemResponse(same);
  }
  if (route.operation.moves) operation.responses[301] = MOVED_RESPONSE;
  if (route.operation.etag === 'content') operation.responses[304] = { description: 'The client has this version.' };
}

/** The lines are the body itself, not a field of the form that it may come in as well. */
function describeLines({ requestBody }: DocumentedOperation): void {
  const lines = requestBody?.content['application/x-ndjson'];
  if (lines) lines.schema = { type: 'string', format: 'binary', examples: [''] };
}

const MOVED_RESPONSE = {
  description: 'It has another address now.',
  headers: { Location: { description: 'The present address.', schema: { type: 'string' } } },
};

const LANGUAGE_PARAMETERS = [
  {
    name: 'locale',
    in: 'query',
    required: false,
    description:
      "A language of the shop, as a BCP 47 tag; it goes before `Accept-Language`. What is not translated is in the next one, at last the shop's own.",
    schema: { type: 'string', minLength: 2, maxLength: 35 },
  },
  {
    name: 'Accept-Language',
    in: 'header',
    required: false,
    description: 'The languages that the client prefers (RFC 9110). `Content-Language` says which one it is.',
    schema: { type: 'string', maxLength: 1_000 },
  },
];

const CURRENCY_PARAMETER = {
  name: 'currency',
  in: 'query',
  required: false,
  description: 'A currency of the shop (ISO 4217). Variants without a price in it are left out.',
  schema: { type: 'string', pattern: '^[A-Z]{3}$' },
};

/** The parameters that every route of its kind takes. */
function generalParameters(route: Route): object[] {
  const fields = {
    name: 'fields',
    in: 'query',
    required: false,
    description: 'Answers only these fields, of each row where it is a list; names separated by commas.',
    schema: { type: 'string', minLength: 1, maxLength: 1_000 },
  };
  const dryRun = {
    name: 'dryRun',
    in: 'query',
    required: false,
    description: 'With `true`, all is checked and done as ever and then rolled back: the answer is what would have been.',
    schema: { type: 'boolean' },
  };
  const { localized, priced } = route.operation;
  return [
    ...(route.fields.length > 0 ? [fields] : []),
    ...(route.dryRun ? [dryRun] : []),
    ...(localized ? LANGUAGE_PARAMETERS : []),
    ...(priced ? [CURRENCY_PARAMETER] : []),
  ];
}

function problemResponse(codes: readonly ProblemCode[]) {
  const schemas = codes.map((code) => ({ $ref: `#/components/schemas/${problemSchemaName(code)}` }));
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEM_CODES[code].meaning}`).join('\n\n'),
    content: {
      'application/problem+json': { schema: schemas.length === 1 ? schemas[0] : { oneOf: schemas } },
    },
  };
}

function problemSchemaName(code: ProblemCode): string {
  return `Problem_${code}`;
}

function problemSchemas(): Record<string, object> {
  const codes = Object.keys(PROBLEM_CODES) as ProblemCode[];
  return Object.fromEntries(
    codes.map((code) => {
      const { status, extras } = PROBLEM_CODES[code] as { status: number; extras?: z.ZodObject };
      const shape = { code: z.literal(code), status: z.literal(status), ...extras?.shape };
      const schema = z.strictObject({ ...ProblemSchema.shape, ...shape });
      return [problemSchemaName(code), convert(schema, 'output').schema];
    }),
  );
}

type Json = Record<string, unknown>;

function toJsonSchema(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }) {
  return convert(schema as z.ZodType, schemaType);
}

/** JSON Schema 2020-12 of a Zod schema; schemas with an id become components. */
function convert(schema: z.ZodType, io: 'input' | 'output'): { schema: object; components: Record<string, Json> } {
  const { $defs = {}, $schema: _dialect, ...root } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      delete jsonSchema.id;
    },
  }) as Json & { $defs?: Record<string, Json> };
  return { schema: root, components: $defs };
}

function keepAudience(document: OpenAPIObject, audience: Audience): void {
  document.paths = Object.fromEntries(
    Object.entries(document.paths).filter(([path]) => {
      if (path.startsWith('/v1/admin')) return audience === 'admin';
      return audience === 'shop' || path.startsWith('/v1/auth');
    }),
  );
}

/** Gives each answer an example; a problem's is the first of its codes. */
function addExamples(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, JsonSchema>;
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item as Record<string, AnsweringOperation>));
  for (const { responses } of operations) {
    for (const media of Object.values(responses).flatMap(({ content = {} }) => Object.values(content))) {
      if (media.schema) media.example = exampleOf(media.schema, schemas);
    }
  }
}

interface AnsweringOperation {
  readonly responses: Record<string, { content?: Record<string, { schema?: JsonSchema; example?: unknown }> }>;
}

/** Leaves the components that the paths of the document refer to. */
function dropUnusedSchemas(document: OpenAPIObject): void {
  const all = (document.components?.schemas ?? {}) as Record<string, object>;
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/#\/components\/schemas\/([\w.-]+)/g)) {
      if (name === undefined || used.has(name)) continue;
      used.add(name);
      visit(all[name] ?? {});
    }
  };
  visit(document.paths);
  document.components = {
    ...document.components,
    schemas: Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)).sort()),
  };
}
