import { queueDefinitions } from '../../../src/infrastructure/queues/queue-registry.js';
import type { Answer } from '../../support/api-client.js';
import { ADMINISTRATOR, startApp, type TestApp } from '../../support/app.js';
import { aCustomer } from '../../support/builders/people.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMIT_SIGN_IN: '12' } });
});
afterAll(async () => {
  await app.close();
});

const basic = (username: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});
const admin = basic(ADMINISTRATOR.email, ADMINISTRATOR.password);
const cookieOf = (answer: Answer): string => String(answer.headers['set-cookie']).split(';')[0] ?? '';

describe('the queue board', () => {
  it('asks who is there, and turns customers and wrong passwords away', async () => {
    const customer = await aCustomer(app);

    const nobody = await app.api.get('/queues');
    const wrong = await app.api.get('/queues', { headers: basic(ADMINISTRATOR.email, 'wrong') });
    const forbidden = await app.api.get('/queues', { headers: basic(customer.email, customer.password) });

    expect([nobody, wrong].map(({ status }) => status)).toEqual([401, 401]);
    expect(nobody.headers['www-authenticate']).toBe('Basic realm="Orderly queues", charset="UTF-8"');
    expect(forbidden.body.code).toBe('forbidden');
  });

  it('shows staff every queue, by a session that ends with their sign-out', async () => {
    const page = await app.api.get('/queues', { headers: admin });
    const cookie = cookieOf(page);
    const list = await app.api.get('/queues/api/queues', { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.text).toContain('<html');
    expect(String(page.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(list.body.queues.map(({ name }: { name: string }) => name).sort()).toEqual(queueDefinitions().map(({ name }) => name));

    await app.api.post('/v1/auth/sign-out', undefined, { as: cookie.split('=')[1] });

    expect((await app.api.get('/queues/api/queues', { headers: { cookie } })).status).toBe(401);
  });

  it('pauses a queue for good, and lets it go on', async () => {
    const headers = { cookie: cookieOf(await app.api.get('/queues', { headers: admin })), 'sec-fetch-site': 'same-origin' };
    const paused = async (): Promise<boolean> =>
      (await app.api.get('/v1/admin/queues/order-mails', { as: app.adminToken })).body.paused as boolean;

    const pause = await app.api.raw('PUT', '/queues/api/queues/order-mails/pause', undefined, { headers });
    expect([pause.status, await paused()]).toEqual([200, true]);
    const [row] = await app.database.query<{ actor: string }>('SELECT actor FROM queue_pauses');
    expect(row?.actor).toMatch(/^user:/);

    await app.api.raw('PUT', '/queues/api/queues/order-mails/resume', undefined, { headers });
    expect(await paused()).toBe(false);
  });

  it('is not steered by the page of somebody else', async () => {
    const cookie = cookieOf(await app.api.get('/queues', { headers: admin }));
    const headers: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }];

    for (const foreign of headers) {
      const answer = await app.api.raw('PUT', '/queues/api/queues/order-mails/pause', undefined, {
        headers: { cookie, host: 'shop.example', ...foreign },
      });
      expect(answer.body.code).toBe('forbidden');
    }
    expect(await app.database.query('SELECT 1 FROM queue_pauses')).toEqual([]);
  });

  it('limits how often a password is tried', async () => {
    const tries: string[] = [];
    for (let attempt = 0; attempt < 13; attempt += 1) {
      tries.push(String((await app.api.get('/queues', { headers: basic(ADMINISTRATOR.email, 'guess') })).body.code));
    }

    expect(tries.at(-1)).toBe('rate_limited');
  });
});
