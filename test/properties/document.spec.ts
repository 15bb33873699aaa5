import fc from 'fast-check';
import { startApp, type TestApp } from '../support/app.js';
import type { AnswerBody } from '../support/api-client.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aFailedJob } from '../support/builders/jobs.js';
import { aCart, aPlacedOrder } from '../support/builders/orders.js';
import { aCustomer } from '../support/builders/people.js';
import { NASTY, nearly, SchemaValues, type DocumentSchema } from '../support/schema-values.js';

/** Calls in all; `FUZZ_RUNS` makes more of them. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 2_000);
const TIMEOUT_MS = Math.max(120_000, RUNS * 60);

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: DocumentSchema;
}

interface DocumentedCall {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly type: string; readonly schema: DocumentSchema } | null;
  readonly values: SchemaValues;
}

let app: TestApp;
let calls: DocumentedCall[];
let tokens: (string | undefined)[];
let secrets: Record<string, string>;

beforeAll(async () => {
  app = await startApp();
  const { product, variantId } = await aProductOnSale(app, { stock: 1_000_000 });
  const cart = await aCart(app, variantId);
  const order = await aPlacedOrder(app);
  const job = await aFailedJob(app);
  const ids = [String(product.id), variantId, cart.id, String(cart.body.items[0].id), order.id, job];
  secrets = { 'X-Cart-Token': cart.token, 'X-Order-Token': order.token };
  tokens = [undefined, (await aCustomer(app)).token, app.adminToken];
  const documents = await Promise.all(['/docs-json', '/docs/admin-json'].map((path) => app.api.get(path)));
  calls = documents.flatMap(({ body }) => callsOf(body, ids));
});
afterAll(async () => {
  await app.close();
});

/** Without the calls that end the session of those after them, and those whose answer has no end. */
function callsOf(document: AnswerBody, ids: string[]): DocumentedCall[] {
  const values = new SchemaValues(document.components.schemas as Record<string, DocumentSchema>, ids);
  return Object.entries(document.paths as Record<string, Record<string, AnswerBody>>).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.operationId !== 'signOut' && !JSON.stringify(operation.responses).includes('text/event-stream'))
      .map(([method, { operationId, parameters = [], requestBody }]) => {
        const [[type, media] = []] = Object.entries((requestBody?.content ?? {}) as Record<string, { schema: DocumentSchema }>);
        return {
          method: method.toUpperCase(),
          path,
          operationId: String(operationId),
          parameters: parameters as Parameter[],
          body: type !== undefined && media ? { type, schema: media.schema } : null,
          values,
        };
      }),
  );
}

/** What is sent: valid by the document, or with something wrong. */
interface Sent {
  readonly call: DocumentedCall;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly as: number;
  readonly wrong: { readonly what: 'nothing' | 'body' | 'query' | 'path'; readonly at: number; readonly text: string; readonly kind: number };
  readonly chosen: boolean;
}

function sentFor(call: DocumentedCall): fc.Arbitrary<Sent> {
  const parameters = Object.fromEntries(call.parameters.map(({ name, schema }) => [name, call.values.of(schema)]));
  const required = call.parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return fc.record({
    call: fc.constant(call),
    parameters: fc.record(parameters, { requiredKeys: required }),
    body: call.body ? call.values.of(call.body.schema) : fc.constant(undefined),
    as: fc.nat({ max: 2 }),
    wrong: fc.record({
      what: fc.constantFrom('nothing', 'nothing', 'body', 'query', 'path'),
      at: fc.nat({ max: 64 }),
      text: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 40 })),
      kind: fc.nat({ max: 20 }),
    }),
    chosen: fc.boolean(),
  });
}

const wellFormed = (value: unknown): string => String(value).replace(/[\ud800-\udfff]/gu, '');
/** No client sends a segment of nothing or of dots alone: it is another path (RFC 3986, 5.2.4). */
const segment = (value: unknown): string => wellFormed(value).replace(/^\.{0,2}$/, '-');
const headerSafe = (value: unknown): string => String(value).replace(/[^\x20-\x7e]/g, '');

async function send({ call, parameters, body, as, wrong }: Sent): Promise<number> {
  const given = (place: string): [string, unknown][] =>
    call.parameters.filter(({ name, in: where }) => where === place && name in parameters).map(({ name }) => [name, parameters[name]]);
  const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(segment(wrong.what === 'path' ? wrong.text : parameters[name])),
  );
  const query = new URLSearchParams(given('query').map(([name, value]): [string, string] => [name, wellFormed(value)]));
  if (wrong.what === 'query') query.set([...query.keys()][wrong.at % (query.size + 1)] ?? 'unknown', wellFormed(wrong.text));
  const headers = Object.fromEntries(given('header').map(([name, value]) => [name, headerSafe(value)]));
  const token = tokens[as];
  const sent = wrong.what === 'body' ? nearly(body, wrong) : body;
  const { status } = await app.api.raw(call.method as 'GET', query.size > 0 ? `${path}?${query.toString()}` : path, encode(call, sent), {
    ...(token === undefined ? {} : { as: token }),
    headers: { ...(call.body ? { 'content-type': call.body.type } : {}), ...headers, ...secrets },
  });
  return status;
}

function encode({ body }: DocumentedCall, sent: unknown): string | undefined {
  if (!body || sent === undefined) return undefined;
  if (body.type !== 'application/x-www-form-urlencoded') return JSON.stringify(sent);
  const fields = typeof sent === 'object' && sent !== null ? Object.entries(sent) : [];
  return new URLSearchParams(fields.map(([name, value]): [string, string] => [wellFormed(name), wellFormed(value)])).toString();
}

describe('what the document says', () => {
  // The client of the tests checks each answer: its status and code are documented, its body fits its schema.
  it('is what every operation does with valid and nearly valid input, whoever sends it', async () => {
    const each = Math.max(5, Math.floor(RUNS / calls.length));
    for (const call of calls) {
      await fc.assert(
        fc.asyncProperty(sentFor(call), async (sent) => {
          const status = await send(sent);
          expect({ operation: call.operationId, fault: status >= 500 }).toEqual({ operation: call.operationId, fault: false });
        }),
        { numRuns: each },
      );
    }
  }, TIMEOUT_MS);
});
