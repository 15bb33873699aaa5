import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ServedRendition } from './renditions.service.js';

/** Answers a rendition with its headers, or 304 without it when the client has it. */
export async function answerRendition(
  { contentType, etag, open }: ServedRendition,
  name: string,
  ifNoneMatch: string | undefined,
  reply: FastifyReply,
): Promise<StreamableFile | undefined> {
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  const file = known.includes(etag) || known.includes('*') ? null : await open();
  reply.header('ETag', etag).header('Cache-Control', 'public, max-age=31536000, immutable');
  reply.header('Content-Security-Policy', "default-src 'none'").header('Cross-Origin-Resource-Policy', 'cross-origin');
  if (!name.includes('.')) reply.header('Vary', 'Accept');
  if (file) return new StreamableFile(file.stream, { type: contentType, length: file.bytes });
  reply.status(304);
  return undefined;
}
