import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { seal, unseal } from '../../common/secrets/sealed-answer.js';

/** Milliseconds for which the secret before a rotation still signs. */
export const OLD_SECRET_VALID_MS = 86_400_000;

/** Makes an unguessable secret in the form of Standard Webhooks. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The secrets of an endpoint as they are kept. */
export interface SealedSecrets {
  readonly endpointId: string;
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly previousSecretExpiresAt: Date | null;
}

/**
 * Seals a secret of an endpoint.
 *
 * @param key the application's secret
 */
export function sealSecret(secret: string, key: string, endpointId: string): Buffer {
  return seal(secret, key, endpointId);
}

/**
 * The secrets that sign at a moment: the present one, and the one before until it expires.
 *
 * @param key the application's secret
 */
export function validSecrets(sealed: SealedSecrets, key: string, now: Date): string[] {
  const { endpointId, secret, previousSecret, previousSecretExpiresAt } = sealed;
  const stillValid = previousSecret !== null && previousSecretExpiresAt !== null && previousSecretExpiresAt > now;
  return [secret, ...(stillValid ? [previousSecret] : [])].map((one) => unseal(one, key, endpointId));
}

/** A message that is to be signed. */
export interface SignedMessage {
  /** The same for each attempt. */
  readonly id: string;
  readonly body: string;
  readonly at: Date;
}

/** The headers by which Standard Webhooks proves who sent a message, with one signature for each secret. */
export function signatureHeaders({ id, body, at }: SignedMessage, secrets: readonly string[]): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
