import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type {} from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { catchError, concatMap, from, switchMap, type Observable } from 'rxjs';
import { Config } from '../../../../config/config.js';
import { Problem, problem } from '../../../common/problems/problem.js';
import { sqlState } from '../../../infrastructure/database/database.js';
import { RawBody } from '../../../infrastructure/http/raw-body.js';
import { ImportUploadsService } from './import-uploads.service.js';
import { StagedFile } from './staged-file.js';

/** Keeps an uploaded file in pieces while it arrives, after the guards; what becomes no import is thrown away. */
@Injectable()
export class ImportUploadInterceptor implements NestInterceptor {
  constructor(
    private readonly uploads: ImportUploadsService,
    private readonly config: Config,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const files: StagedFile[] = [];
    return from(this.receive(request, files)).pipe(
      switchMap((body) => {
        request.body = body;
        return next.handle();
      }),
      concatMap(async (answer: unknown) => {
        await this.discard(files);
        return answer;
      }),
      catchError(async (error: unknown) => {
        await this.discard(files);
        throw error;
      }),
    );
  }

  private async discard(files: readonly StagedFile[]): Promise<void> {
    for (const file of files) await this.uploads.discard(file);
  }

  /** @throws Problem `unsupported_media_type` (415), `body_too_large` (413), `malformed_body`, `invalid_file` (400) */
  private async receive(request: FastifyRequest, files: StagedFile[]): Promise<Record<string, unknown>> {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw problem('unsupported_media_type');
    try {
      if (request.body instanceof RawBody) return await this.receiveLines(request.body, files);
      if (!request.isMultipart()) throw problem('unsupported_media_type');
      return await this.receiveParts(request, files);
    } catch (error) {
      // Nobody reads the rest: it is let through, so that the client can read the answer.
      request.raw.unpipe().resume();
      throw toUploadProblem(error);
    }
  }

  private async receiveLines(body: RawBody, files: StagedFile[]): Promise<Record<string, unknown>> {
    const file = await this.uploads.stage('body', body.chunks());
    files.push(file);
    return { format: 'ndjson', file };
  }

  private async receiveParts(request: FastifyRequest, files: StagedFile[]): Promise<Record<string, unknown>> {
    const fields = new Map<string, unknown>();
    // One byte more than may be: the count says that it is too large, not a file that was cut short.
    const limits = { fileSize: this.config.imports.maxBytes + 1 };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') {
        const file = await this.uploads.stage(part.filename.slice(0, 200), part.file);
        files.push(file);
        fields.set(part.fieldname, file);
      } else {
        fields.set(part.fieldname, part.value);
      }
    }
    return Object.fromEntries(fields);
  }
}

function toUploadProblem(error: unknown): unknown {
  if (error instanceof Problem || sqlState(error) !== undefined) return error;
  const status = (error as { statusCode?: unknown }).statusCode;
  return problem(status === 413 ? 'body_too_large' : 'malformed_body');
}
