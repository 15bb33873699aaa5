import type { Readable } from 'node:stream';
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { problem } from '../../common/problems/problem.js';

/** A body of bytes that are read only once the handler wants them, after it knows who sends them. */
export class RawBody {
  constructor(private readonly stream: Readable) {}

  /** The bytes as they come; whoever takes them slowly slows the client down. */
  chunks(): AsyncIterable<Buffer> {
    return this.stream as AsyncIterable<Buffer>;
  }

  /**
   * The bytes.
   *
   * @throws Problem `body_too_large` (413)
   */
  async read(limitBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw problem('body_too_large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** Stands for the bytes, which are not read yet, where the request is fingerprinted. */
  toJSON(): null {
    return null;
  }
}

/** The kinds of bodies that are handed over unread, by their media types. */
export const RAW_BODIES = { image: /^image\//, ndjson: /^application\/x-ndjson\b/ } as const;

/** What a route says of its body. */
export interface BodyConfig {
  readonly takesRawBody?: keyof typeof RAW_BODIES;
  /** Whether the body may take its time, as long as bytes keep coming. */
  readonly takesLongBody?: boolean;
}

/** Declares that a route takes the bytes of its body unread: of an image, or of what is named. */
export function TakesRawBody(kind: keyof typeof RAW_BODIES = 'image', more: Pick<BodyConfig, 'takesLongBody'> = {}): MethodDecorator {
  return applyDecorators(RouteConfig({ takesRawBody: kind, ...more } satisfies BodyConfig));
}
