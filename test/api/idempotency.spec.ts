import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Answer } from '../support/api-client.js';
import { ADMINISTRATOR, startApp, TEST_SECRET, type TestApp } from '../support/app.js';
import { goodCalls, SEVERAL } from '../support/good-calls.js';
import { BODIES, everyOperation, FORMS, JSON_BODY, OperationCalls } from '../support/operation-calls.js';

let app: TestApp;
let calls: OperationCalls;

beforeAll(async () => {
  app = await startApp({ env: SEVERAL });
  calls = await OperationCalls.of(app);
});
afterAll(async () => {
  await app.close();
});

const keyHash = (caller: string, key: string): Buffer =>
  createHash('sha256').update(JSON.stringify([caller, key])).digest();

const fingerprint = (request: unknown): Buffer =>
  createHmac('sha256', TEST_SECRET).update('idempotency fingerprint').update(JSON.stringify(request)).digest();

/** A form as the fingerprint sees it: the file by its name and hash. */
const formBody = ({ fields, file }: (typeof FORMS)[string]): object => ({
  ...fields,
  file: { filename: file.name, sha256: createHash('sha256').update(file.content).digest('hex') },
});

/** Plants a call that still runs. */
const plant = (caller: string, key: string, print: Buffer | string) =>
  app.database.query(
    `INSERT INTO idempotency_keys (key_hash, operation, fingerprint, state, attempt, locked_until, created_at, expires_at)
     VALUES ($1, 'planted', $2, 'running', $3, now() + interval '1 hour', now(), now() + interval '1 day')`,
    [keyHash(caller, key), print, randomUUID()],
  );

describe('every operation that changes something', () => {
  it('takes an Idempotency-Key, replays its answer, and refuses the key for another request', async () => {
    const good = await goodCalls(app);
    const json = calls.idempotent().filter(({ operation }) => !(operation.id in FORMS));
    expect(json.map(({ operation }) => operation.id).sort()).toEqual(Object.keys(good).sort());

    await everyOperation(json, async (route) => {
      const { id } = route.operation;
      const { path, payload, headers = {}, as = calls.tokenFor(route) } = good[id]!;
      const type = payload === undefined ? {} : JSON_BODY;
      const send = (key: string, text = payload): Promise<Answer> =>
        calls.call(route, { as, path, payload: text, headers: { ...type, ...headers, 'Idempotency-Key': key } });
      const key = randomUUID();
      const first = await send(key);
      // Who has signed out cannot repeat the call: the session is gone.
      if (id === 'signOut') return;
      const replayed = await send(key);
      expect({ id, status: first.status, text: first.text }).toMatchObject({ id, status: route.operation.status ?? 200 });
      expect({ id, status: replayed.status, text: replayed.text }).toEqual({ id, status: first.status, text: first.text });
      expect({ id, replayed: replayed.headers['idempotent-replayed'] }).toEqual({ id, replayed: 'true' });
      expect([replayed.headers.location, replayed.headers.etag]).toEqual([first.headers.location, first.headers.etag]);
    });
  });

  it('says that the first call still runs, or that the key was used for another request', async () => {
    const [admin] = await app.database.query<{ id: string }>(`SELECT id FROM users WHERE role = 'admin'`);
    await everyOperation(calls.idempotent(), async (route) => {
      const { id } = route.operation;
      const as = calls.tokenFor(route) === undefined ? undefined : app.adminToken;
      const key = randomUUID();
      const caller = as === undefined ? 'guest' : (admin?.id ?? '');
      const path = route.path.replace('tasks/:name', 'tasks/sweep-jobs').replace(':name', 'order-mails').replace(/:\w+/g, () => randomUUID());
      const { email: username, password } = ADMINISTRATOR;
      const signIn = new URLSearchParams({ grant_type: 'password', username, password }).toString();
      const { payload, headers } = calls.bodyOf(route);
      const keyed = { 'Idempotency-Key': key, 'If-Match': '"1"' };
      const send = (): Promise<Answer> => {
        const form = FORMS[id];
        if (form) return app.api.postFile(path, form.fields, form.file, { as: as ?? '', headers: keyed });
        if (id === 'createToken') {
          const type = { 'content-type': 'application/x-www-form-urlencoded' };
          return calls.call(route, { path, payload: signIn, headers: { ...type, ...keyed } });
        }
        return calls.call(route, { as, path, payload, headers: { ...headers, ...keyed } });
      };
      const bodies: Record<string, unknown> = {
        ...Object.fromEntries(Object.entries(FORMS).map(([name, sent]) => [name, formBody(sent)])),
        createToken: Object.fromEntries(new URLSearchParams(signIn)),
      };
      await plant(caller, key, fingerprint([route.method, path, bodies[id] ?? BODIES[id] ?? null]));

      const running = await send();
      await app.database.query(`UPDATE idempotency_keys SET fingerprint = 'other' WHERE operation = 'planted'`);
      const reused = await send();

      expect({ id, status: running.status, code: running.body.code }).toEqual({ id, status: 409, code: 'idempotency_in_flight' });
      expect(running.headers['retry-after']).toBe('1');
      expect({ id, status: reused.status, code: reused.body.code }).toEqual({ id, status: 422, code: 'idempotency_key_reused' });
    });
  });

  it('that must have one asks for it', async () => {
    const { status, body } = await app.api.post('/v1/orders', BODIES.placeOrder);

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'idempotency_key_required' });
  });

  it('keeps no password, not even as a plain hash', async () => {
    const password = 'correct horse battery';
    const input = { email: 'fingerprint@example.com', password };
    await app.api.post('/v1/auth/register', input, { headers: { 'Idempotency-Key': 'fingerprinted' } });

    const [row] = await app.database.query<{ fingerprint: Buffer }>(
      'SELECT fingerprint FROM idempotency_keys WHERE key_hash = $1',
      [keyHash('guest', 'fingerprinted')],
    );
    const plain = createHash('sha256').update(JSON.stringify(['POST', '/v1/auth/register', input])).digest();
    expect(row?.fingerprint.equals(plain)).toBe(false);
    expect(row?.fingerprint.equals(fingerprint(['POST', '/v1/auth/register', input]))).toBe(true);
  });
});
