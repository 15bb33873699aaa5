import { startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import { aCustomer } from '../../support/builders/people.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const refresh = (token: string): Promise<Answer> =>
  app.api.postForm('/v1/auth/token', { grant_type: 'refresh_token', refresh_token: token });
const signIn = (username: string, password: string, more: Record<string, string> = {}): Promise<Answer> =>
  app.api.postForm('/v1/auth/token', { grant_type: 'password', username, password, ...more });
const me = (as: string): Promise<Answer> => app.api.get('/v1/users/me', { as });

describe('POST /v1/auth/token', () => {
  it('signs a person in by e-mail and password, as OAuth 2.0 shapes it', async () => {
    const { email, password } = await aCustomer(app);

    const { status, headers, body } = await signIn(email.toUpperCase(), password);

    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.any(String),
    });
    expect((await me(body.access_token)).body.email).toBe(email);
  });

  it('takes what Swagger UI sends beside the form: client fields and a Basic header', async () => {
    const { email, password } = await aCustomer(app);

    const { status } = await app.api.postForm(
      '/v1/auth/token',
      { grant_type: 'password', username: email, password, scope: '', client_id: 'swagger-ui' },
      { headers: { authorization: 'Basic c3dhZ2dlci11aTo=' } },
    );

    expect(status).toBe(200);
  });

  it('answers a wrong password and an unknown e-mail alike', async () => {
    const { email } = await aCustomer(app);

    const wrong = await signIn(email, 'wrong password');
    const unknown = await signIn('nobody@example.com', 'wrong password');

    const { requestId: _first, ...one } = wrong.body;
    const { requestId: _second, ...other } = unknown.body;
    expect(wrong.status).toBe(400);
    expect(one).toMatchObject({ code: 'invalid_grant', error: 'invalid_grant' });
    expect(other).toEqual(one);
  });

  it('rotates the refresh token, and keeps it as a hash alone', async () => {
    const { email, password } = await aCustomer(app);
    const { body: first } = await signIn(email, password);

    const { status, body: second } = await refresh(first.refresh_token);

    expect(status).toBe(200);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await me(second.access_token)).status).toBe(200);
    const rows = await app.database.query<{ text: string }>('SELECT t::text AS text FROM refresh_tokens t');
    expect(JSON.stringify(rows)).not.toContain(second.refresh_token);
  });

  it('ends the whole session when a refresh token is used a second time', async () => {
    const { email, password } = await aCustomer(app);
    const { body: first } = await signIn(email, password);
    const { body: second } = await refresh(first.refresh_token);

    const reused = await refresh(first.refresh_token);

    expect(reused.body.code).toBe('invalid_grant');
    expect((await refresh(second.refresh_token)).body.code).toBe('invalid_grant');
    expect((await me(second.access_token)).status).toBe(401);
    expect((await signIn(email, password)).status).toBe(200);
  });

  it('gives one of many simultaneous copies of a refresh a new token', async () => {
    const { email, password } = await aCustomer(app);
    const { body } = await signIn(email, password);

    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(body.refresh_token)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('refuses a refresh token that has expired', async () => {
    const { email, password } = await aCustomer(app);
    const { body } = await signIn(email, password);

    app.clock.advance(31 * 86_400);
    const { body: answer } = await refresh(body.refresh_token);
    app.clock.advance(-31 * 86_400);

    expect(answer.code).toBe('invalid_grant');
  });

  it('refuses an access token that has expired', async () => {
    const { email, password } = await aCustomer(app);
    app.clock.advance(-3_600);
    const { body } = await signIn(email, password);
    app.clock.advance(3_600);

    const { status, body: answer } = await me(body.access_token);

    expect(status).toBe(401);
    expect(answer.code).toBe('unauthenticated');
  });

  it('shuts a disabled account out at once', async () => {
    const { id, email, password, token } = await aCustomer(app);

    await app.database.query('UPDATE users SET disabled_at = now() WHERE id = $1', [id]);

    expect((await me(token)).status).toBe(401);
    expect((await signIn(email, password)).body.code).toBe('invalid_grant');
  });

  it.each([
    [{}, '/grant_type'],
    [{ grant_type: 'client_credentials' }, '/grant_type'],
    [{ grant_type: 'password', username: 'a@example.com' }, '/password'],
    [{ grant_type: 'password', username: 'a@example.com', password: 'x'.repeat(129) }, '/password'],
    [{ grant_type: 'refresh_token' }, '/refresh_token'],
    [{ grant_type: 'refresh_token', refresh_token: 'x', other: '1' }, '/other'],
  ] as [Record<string, string>, string][])('refuses the form %j and names %s', async (form, pointer) => {
    const { status, body } = await app.api.postForm('/v1/auth/token', form);

    expect(status).toBe(400);
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  });
});

describe('POST /v1/auth/sign-out', () => {
  it('ends the session at once, and no other', async () => {
    const { email, password, token } = await aCustomer(app);
    const { body: other } = await signIn(email, password);

    const { status, text } = await app.api.post('/v1/auth/sign-out', undefined, { as: token });

    expect(status).toBe(204);
    expect(text).toBe('');
    expect((await me(token)).status).toBe(401);
    expect((await me(other.access_token)).status).toBe(200);
  });
});
