import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { from, switchMap, type Observable } from 'rxjs';
import { problem } from '../../common/problems/problem.js';

/** A file that came with a multipart request. */
export class UploadedFile {
  constructor(
    readonly filename: string,
    readonly data: Buffer,
  ) {}

  /** Stands for the file where the request is fingerprinted: its name and the hash of its bytes. */
  toJSON(): object {
    return { filename: this.filename, sha256: createHash('sha256').update(this.data).digest('hex') };
  }
}

interface MultipartRequest extends FastifyRequest {
  isMultipart(): boolean;
  parts(): AsyncIterableIterator<Multipart>;
}

/** Reads a `multipart/form-data` body into fields and an `UploadedFile`, after the guards. */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<MultipartRequest>();
    return from(readParts(request)).pipe(
      switchMap((fields) => {
        request.body = fields;
        return next.handle();
      }),
    );
  }
}

/** @throws Problem `unsupported_media_type` (415), `body_too_large` (413), `malformed_body` (400) */
async function readParts(request: MultipartRequest): Promise<Record<string, unknown>> {
  if (!request.isMultipart()) throw problem('unsupported_media_type');
  const fields = new Map<string, unknown>();
  try {
    for await (const part of request.parts()) {
      const value =
        part.type === 'file' ? new UploadedFile(part.filename.slice(0, 200), await part.toBuffer()) : part.value;
      fields.set(part.fieldname, value);
    }
  } catch (error) {
    throw toMultipartProblem(error);
  }
  return Object.fromEntries(fields);
}

function toMultipartProblem(error: unknown): Error {
  const status = (error as { statusCode?: unknown }).statusCode;
  return problem(status === 413 ? 'body_too_large' : 'malformed_body');
}
