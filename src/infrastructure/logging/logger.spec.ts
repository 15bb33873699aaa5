import { safeError } from './logger.js';

describe('the log', () => {
  it('holds no value of a failed statement', () => {
    const error = Object.assign(new Error('duplicate key value violates unique constraint "users_email_key"'), {
      code: '23505',
      constraint: 'users_email_key',
      detail: 'Key (email)=(ada@example.com) already exists.',
      query: 'INSERT INTO users …',
      parameters: ['ada@example.com', '$argon2id$…'],
    });

    const logged = JSON.stringify(safeError(error));

    expect(logged).toContain('users_email_key');
    expect(logged).not.toContain('ada@example.com');
    expect(logged).not.toContain('argon2id');
  });
});
