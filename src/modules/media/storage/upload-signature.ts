import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the address of an upload allows. */
export interface UploadGrant {
  readonly imageId: string;
  /** Milliseconds since 1970, as the address says it. */
  readonly expires: string;
}

/** Signs the address of an upload, so that only we can make one. */
export function signUpload({ imageId, expires }: UploadGrant, secret: string): string {
  return createHmac('sha256', secret).update(JSON.stringify(['image upload', imageId, expires])).digest('base64url');
}

/** Tells whether the address of an upload is one of ours. */
export function isSigned(grant: UploadGrant, signature: string, secret: string): boolean {
  const [given, real] = [Buffer.from(signature), Buffer.from(signUpload(grant, secret))];
  return given.length === real.length && timingSafeEqual(given, real);
}
