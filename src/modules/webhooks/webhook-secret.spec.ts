import { createHmac } from 'node:crypto';
import { newWebhookSecret, sealSecret, signatureHeaders, validSecrets } from './webhook-secret.js';

const KEY = 'a-key-of-the-application-that-is-long-enough';
const ENDPOINT = '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f';
const AT = new Date('2026-01-31T09:30:00.900Z');

describe('webhook secrets', () => {
  it('are whsec_ and 32 random bytes', () => {
    const secret = newWebhookSecret();

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect(newWebhookSecret()).not.toBe(secret);
  });

  it('are kept sealed for one endpoint, the one before until it expires', () => {
    const sealed = {
      endpointId: ENDPOINT,
      secret: sealSecret('whsec_new', KEY, ENDPOINT),
      previousSecret: sealSecret('whsec_old', KEY, ENDPOINT),
      previousSecretExpiresAt: AT,
    };

    expect(sealed.secret.toString()).not.toContain('whsec');
    expect(validSecrets(sealed, KEY, new Date(AT.getTime() - 1))).toEqual(['whsec_new', 'whsec_old']);
    expect(validSecrets(sealed, KEY, AT)).toEqual(['whsec_new']);
    expect(() => validSecrets({ ...sealed, endpointId: `${ENDPOINT.slice(0, -1)}0` }, KEY, AT)).toThrow();
  });

  it('sign id, time and body with HMAC-SHA256, as Standard Webhooks says', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()];

    const headers = signatureHeaders({ id: 'message-1', body: '{"a":1}', at: AT }, secrets);

    const signatures = secrets.map((secret) => {
      const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
      return `v1,${createHmac('sha256', bytes).update('message-1.1769851800.{"a":1}').digest('base64')}`;
    });
    expect(headers).toEqual({
      'webhook-id': 'message-1',
      'webhook-timestamp': '1769851800', // whole seconds of 2026-01-31T09:30:00Z
      'webhook-signature': signatures.join(' '),
    });
  });
});
