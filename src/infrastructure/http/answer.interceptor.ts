import { Injectable, StreamableFile, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { tellLanguage } from './answer-view.js';
import type { ShapedRequest } from './query.guard.js';
import { JsonPage, JsonText } from './json-text.js';
import { OPERATION, type OperationOptions } from './operation.decorator.js';
import type { Upserted } from './upserted.js';

/** Sets what an operation promises beside its body: `Location`, `ETag`, `Link`, `Cache-Control`, `Content-Language`, 304. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const operation = this.reflector.get<OperationOptions | undefined>(OPERATION, context.getHandler());
    if (!operation) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<ShapedRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body: unknown) => shapeAnswer(operation, request, reply, body)),
    );
  }
}

/** What is sent of what an operation answered, whose headers it sets. */
export function shapeAnswer(operation: OperationOptions, request: ShapedRequest, reply: FastifyReply, body: unknown): unknown {
  // What was answered before is answered again as it was, in whichever language that is.
  const isRepeated = reply.hasHeader('Idempotent-Replayed');
  if (operation.localized && request.view && !isRepeated) tellLanguage(reply, request.view);
  return answer(operation, request, reply, body);
}

function answer(
  operation: OperationOptions,
  request: ShapedRequest,
  reply: FastifyReply,
  body: unknown,
): unknown {
  if (typeof body !== 'object' || body === null || body instanceof StreamableFile) return body;
  if (body instanceof JsonText || body instanceof JsonPage) {
    return request.fields ? answer(operation, request, reply, body.parse()) : sendMade(request, reply, body);
  }
  if (operation.upserts && 'created' in body && 'resource' in body) {
    const { created, resource } = body as Upserted<object>;
    reply.status(created ? 201 : 200);
    return shape(created ? operation : { ...operation, location: undefined }, request, reply, resource);
  }
  return shape(operation, request, reply, body);
}

/** Sends JSON that is made already. */
function sendMade(request: ShapedRequest, reply: FastifyReply, made: JsonText | JsonPage): unknown {
  if (made instanceof JsonText) return cacheable(request, reply, made);
  setNextLink(request, reply, made.rest);
  return cacheable(request, reply, made.json);
}

/** Sets the headers of a resource and chooses its fields. */
function shape(
  operation: Omit<OperationOptions, 'location'> & { location?: string | undefined },
  request: ShapedRequest,
  reply: FastifyReply,
  body: object,
): unknown {
  setLocation(operation, reply, body);
  setNextLink(request, reply, body);
  if (operation.etag === 'version' && 'version' in body) {
    reply.header('ETag', `"${String(body.version)}"`);
  }
  const chosen = request.fields ? chooseFields(request.fields, body) : body;
  return operation.etag === 'content' ? cacheable(request, reply, JsonText.of(chosen)) : chosen;
}

/** The fields that the client asked for, of the resource or of each row of the list. */
function chooseFields(fields: ReadonlySet<string>, body: object): object {
  const choose = (resource: object): object =>
    Object.fromEntries(Object.entries(resource).filter(([name]) => fields.has(name)));
  if (!('data' in body) || !Array.isArray(body.data)) return choose(body);
  return { ...body, data: (body.data as object[]).map(choose) };
}

function setLocation(operation: { location?: string | undefined }, reply: FastifyReply, body: object): void {
  if (operation.location === undefined || !('id' in body)) return;
  reply.header('Location', operation.location.replace('{id}', String(body.id)));
}

function setNextLink(request: FastifyRequest, reply: FastifyReply, body: object): void {
  if (!('nextCursor' in body) || typeof body.nextCursor !== 'string') return;
  const url = new URL(request.url, 'http://localhost');
  url.searchParams.set('cursor', body.nextCursor);
  reply.header('Link', `<${url.pathname}${url.search}>; rel="next"`);
}

/** JSON with its content's hash as ETag; 304 when the client has it. */
function cacheable(request: ShapedRequest, reply: FastifyReply, json: JsonText): Buffer | undefined {
  const etag = request.view?.negotiated ? `${json.etag.slice(0, -1)}.${request.view.language}"` : json.etag;
  reply.header('ETag', etag).header('Cache-Control', 'public, no-cache');
  if (matches(request.headers['if-none-match'], etag)) {
    reply.status(304);
    return undefined;
  }
  reply.type('application/json; charset=utf-8');
  return json.bytes;
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
