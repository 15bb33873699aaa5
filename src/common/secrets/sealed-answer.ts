import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a text so that only who holds both secrets can read it (AES-256-GCM, key by HKDF).
 *
 * @param secret the application's secret
 * @param phrase the second secret, which is not stored beside the sealed bytes
 */
export function seal(text: string, secret: string, phrase: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, sealKey(secret, phrase), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/**
 * Opens what `seal` made.
 *
 * @throws Error when a secret is wrong or the bytes were changed
 */
export function unseal(sealed: Buffer, secret: string, phrase: string): string {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, sealKey(secret, phrase), nonce);
  decipher.setAuthTag(tag);
  const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

function sealKey(secret: string, phrase: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, phrase, 'orderly sealed answer', 32));
}
