import type { Readable } from 'node:stream';
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { problem } from '../../common/problems/problem.js';

/** A body of bytes that are read only once the handler wants them, after it knows who sends them. */
export class RawBody {
  constructor(private readonly stream: Readable) {}

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

/** Declares that a route takes the bytes of an image as its body. */
export function TakesRawBody(): MethodDecorator {
  return applyDecorators(RouteConfig({ takesRawBody: true }));
}
