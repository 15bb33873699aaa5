import { startApp, type TestApp } from '../../support/app.js';
import { aCustomer } from '../../support/builders/people.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

describe('GET /v1/users/me', () => {
  it('answers the signed-in person, and nothing secret', async () => {
    const { id, email, token } = await aCustomer(app);

    const { status, headers, body } = await app.api.get('/v1/users/me', { as: token });

    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({ id, email, name: 'Ada', role: 'customer', createdAt: expect.any(String) });
  });
});
