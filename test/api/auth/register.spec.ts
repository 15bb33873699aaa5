import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const PASSWORD = 'correct horse battery';

describe('POST /v1/auth/register', () => {
  it('makes a customer, known by the e-mail in lower case', async () => {
    const name = randomUUID();

    const { status, headers, body } = await app.api.post('/v1/auth/register', {
      email: ` ${name.toUpperCase()}@Example.com `,
      password: PASSWORD,
      name: 'Ada',
    });

    expect(status).toBe(201);
    expect(headers.location).toBe('/v1/users/me');
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: `${name}@example.com`,
      name: 'Ada',
      role: 'customer',
      createdAt: expect.stringMatching(/Z$/),
    });
  });

  it('keeps the password as an argon2id hash alone', async () => {
    const email = `${randomUUID()}@example.com`;

    const { text } = await app.api.post('/v1/auth/register', { email, password: PASSWORD });

    const [user] = await app.database.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE email = $1',
      [email],
    );
    expect(user?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(text).not.toContain(PASSWORD);
  });

  it('refuses an e-mail that is taken, however it is spelt, and changes nothing', async () => {
    const email = `${randomUUID()}@example.com`;
    await app.api.post('/v1/auth/register', { email, password: PASSWORD, name: 'First' });

    const { status, body } = await app.api.post('/v1/auth/register', {
      email: email.toUpperCase(),
      password: 'another password',
      name: 'Second',
    });

    expect(status).toBe(409);
    expect(body.code).toBe('email_taken');
    expect(await app.database.query('SELECT name FROM users WHERE email = $1', [email])).toEqual([{ name: 'First' }]);
  });

  it.each([
    [{ password: PASSWORD }, '/email'],
    [{ email: 'no-address', password: PASSWORD }, '/email'],
    [{ email: 42, password: PASSWORD }, '/email'],
    [{ email: `${'x'.repeat(250)}@example.com`, password: PASSWORD }, '/email'],
    [{ email: 'a@example.com', password: 'short' }, '/password'],
    [{ email: 'a@example.com', password: 'x'.repeat(129) }, '/password'],
    [{ email: 'a@example.com', password: PASSWORD, name: '' }, '/name'],
    [{ email: 'a@example.com', password: PASSWORD, name: 'x'.repeat(201) }, '/name'],
    [{ email: 'a@example.com', password: PASSWORD, name: 'line\nbreak' }, '/name'],
    [{ email: 'a@example.com', password: PASSWORD, role: 'admin' }, '/role'],
    [[], ''],
    ['text', ''],
  ])('refuses %j and names %s', async (input, pointer) => {
    const before = await app.database.query('SELECT count(*) FROM users');

    const { status, body } = await app.api.post('/v1/auth/register', input);

    expect(status).toBe(400);
    expect(body.code).toBe('invalid_request');
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
    expect(await app.database.query('SELECT count(*) FROM users')).toEqual(before);
  });
});
