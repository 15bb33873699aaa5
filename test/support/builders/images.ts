import sharp from 'sharp';
import type { AnswerBody } from '../api-client.js';
import type { TestApp } from '../app.js';
import { PNG } from '../operation-calls.js';

/** A picture of one colour, as a file of a format. */
export function aPicture(
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' = 'png',
  { width = 300, height = 200, background = '#cc3300' } = {},
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } }).toFormat(format).toBuffer();
}

/** An image that staff have uploaded. */
export async function anImage({ api, adminToken }: TestApp, content: Buffer = PNG, fields = {}): Promise<AnswerBody> {
  const { status, body, text } = await api.postFile('/v1/admin/images', fields, { name: 'a.png', content }, { as: adminToken });
  if (status !== 201) throw new Error(`No image was made: ${text}`);
  return body;
}

/** The id of an image whose file was announced and has not come. */
export async function anAwaitedImage({ api, adminToken }: TestApp): Promise<string> {
  const { body } = await api.post('/v1/admin/images/uploads', { contentType: 'image/png', bytes: 5 }, { as: adminToken });
  return String(body.id);
}

/** The id of an image whose file has come and was not looked at. */
export async function anUploadedFile({ api, adminToken }: TestApp, content: Buffer = PNG): Promise<string> {
  const announced = { contentType: 'image/png', bytes: content.length };
  const { body } = await api.post('/v1/admin/images/uploads', announced, { as: adminToken });
  const { url, headers } = body.upload as { url: string; headers: Record<string, string> };
  const { status, text } = await api.raw('PUT', url, content, { headers });
  if (status !== 204) throw new Error(`The bytes were not taken: ${text}`);
  return String(body.id);
}
