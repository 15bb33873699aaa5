import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { createDocument } from '../../src/infrastructure/http/openapi.js';
import { testEnvironment } from './environment.js';

interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly document: 'shop' | 'admin';
  readonly responses: Readonly<Record<string, { content?: Record<string, unknown> }>>;
  readonly codes: readonly string[];
  /** Types of the events that a call may write. */
  readonly events: readonly string[];
}

/** The documents as they are checked against. */
interface Documents {
  readonly operations: readonly DocumentedOperation[];
  readonly ajv: Ajv2020;
  readonly validators: Map<string, ValidateFunction>;
}

/** The same for every shop of a test file: they are made of the code alone. */
let documents: Documents | undefined;

function readDocuments(app: NestFastifyApplication): Documents {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  const ofRun = documentsOfRun(app);
  const operations = (['shop', 'admin'] as const).flatMap((audience) => {
    const document = ofRun[audience];
    ajv.addSchema(document, audience);
    return operationsOf(document, audience);
  });
  return { operations, ajv, validators: new Map() };
}

/** Made by the first test file of a run and read by the others: they are the same for all of it. */
function documentsOfRun(app: NestFastifyApplication): Record<'shop' | 'admin', OpenAPIObject> {
  const { documentsFile } = testEnvironment();
  if (existsSync(documentsFile)) return JSON.parse(readFileSync(documentsFile, 'utf8')) as ReturnType<typeof documentsOfRun>;
  const made = { shop: createDocument(app, 'shop'), admin: createDocument(app, 'admin') };
  // Renamed, for another worker never to read half of it.
  const aside = `${documentsFile}.${randomUUID()}`;
  writeFileSync(aside, JSON.stringify(made));
  renameSync(aside, documentsFile);
  return made;
}

/** What the documents say of the API, and what was seen of it. */
export class Contract {
  /** `operation status code` of each answer; the code is `-` where there is none. */
  readonly seen = new Set<string>();
  private readonly operations: readonly DocumentedOperation[];
  private readonly ajv: Ajv2020;
  private readonly validators: Map<string, ValidateFunction>;

  constructor(app: NestFastifyApplication) {
    documents ??= readDocuments(app);
    ({ operations: this.operations, ajv: this.ajv, validators: this.validators } = documents);
  }

  /** `operation status code` of every answer that the documents promise, but for faults of our own. */
  get documented(): Set<string> {
    return new Set(
      this.operations.flatMap(({ id, responses, codes, events }) => [
        ...Object.keys(responses)
          .filter((status) => /^[23]/.test(status))
          .map((status) => `${id} ${status} -`),
        ...codes.map((code) => `${id} ${code}`),
        ...events.map((type) => `${id} emits ${type}`),
      ]),
    );
  }

  /** The ids of every documented operation. */
  get operationIds(): string[] {
    return [...new Set(this.operations.map(({ id }) => id))];
  }

  /**
   * Checks an answer: its status is documented, its body fits its schema.
   *
   * @throws Error naming what the document says otherwise
   */
  check(method: string, path: string, answer: { status: number; headers: object; body: unknown }): void {
    const operation = this.find(method, path);
    if (!operation) return;
    const code = codeOf(answer);
    this.seen.add(code === '-' ? `${operation.id} ${String(answer.status)} -` : `${operation.id} ${code}`);
    const where = `${operation.id} answered ${String(answer.status)} ${code}`;
    const response = operation.responses[answer.status];
    if (!response) throw new Error(`${where}, which the document does not have.`);
    if (code !== '-' && answer.status < 500 && !operation.codes.includes(code)) {
      throw new Error(`${where}, a code which the document does not have.`);
    }
    const mediaType = Object.keys(response.content ?? {})[0];
    if (mediaType === undefined || !mediaType.includes('json')) return;
    const chosen = code === '-' && new URLSearchParams(path.split('?', 2)[1]).has('fields');
    const validate = this.validator(operation, answer.status, mediaType, chosen);
    if (!validate(answer.body)) {
      throw new Error(`${where} against its schema: ${this.ajv.errorsText(validate.errors)}`);
    }
  }

  /**
   * Checks an event that a call has written.
   *
   * @throws Error when the document does not name it
   */
  checkEvent(method: string, path: string, type: string): void {
    const operation = this.find(method, path);
    if (!operation) return;
    if (!operation.events.includes(type)) throw new Error(`${operation.id} wrote ${type}, which the document does not name.`);
    this.seen.add(`${operation.id} emits ${type}`);
  }

  /** Tells whether an operation answers with a stream, which does not end by itself. */
  isStream(method: string, path: string): boolean {
    return 'text/event-stream' in (this.find(method, path)?.responses['200']?.content ?? {});
  }

  private find(method: string, path: string): DocumentedOperation | undefined {
    const [pathname = ''] = path.split('?', 1);
    return this.operations.find((operation) => operation.method === method && operation.pattern.test(pathname));
  }

  /** @param chosen whether the client asked for some of the fields, so that others may be missing */
  private validator(
    operation: DocumentedOperation,
    status: number,
    mediaType: string,
    chosen: boolean,
  ): ValidateFunction {
    const escape = (segment: string): string => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
    const pointer = [
      'paths',
      operation.template,
      operation.method.toLowerCase(),
      'responses',
      String(status),
      'content',
      mediaType,
      'schema',
    ];
    const reference = `${operation.document}#/${pointer.map(escape).join('/')}`;
    const name = `${reference} ${String(chosen)}`;
    const known = this.validators.get(name);
    if (known) return known;
    const schema = chosen ? this.withoutRequired({ $ref: reference }, operation.document) : { $ref: reference };
    const validate = this.ajv.compile(schema);
    this.validators.set(name, validate);
    return validate;
  }

  /** A schema whose fields, or those of whose rows, may be missing. */
  private withoutRequired(schema: LooseSchema, document: 'shop' | 'admin'): LooseSchema {
    if (schema.$ref !== undefined) return this.withoutRequired(this.at(schema.$ref, document), document);
    const rows = schema.properties?.data?.items;
    if (!rows) return { ...schema, required: [] };
    const data = { ...schema.properties.data, items: this.withoutRequired(rows, document) };
    return { ...schema, properties: { ...schema.properties, data } };
  }

  private at(reference: string, document: 'shop' | 'admin'): LooseSchema {
    const found = this.ajv.getSchema(reference.startsWith('#') ? `${document}${reference}` : reference)?.schema;
    return JSON.parse(JSON.stringify(found).replaceAll('"#/', `"${document}#/`)) as LooseSchema;
  }
}

interface LooseSchema {
  readonly $ref?: string;
  readonly required?: readonly string[];
  readonly items?: LooseSchema;
  readonly properties?: Readonly<Record<string, LooseSchema>>;
}

function operationsOf(document: OpenAPIObject, audience: 'shop' | 'admin'): DocumentedOperation[] {
  return Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item as Record<string, Record<string, unknown>>).map(([method, operation]) => ({
      id: String(operation.operationId),
      method: method.toUpperCase(),
      template,
      pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
      document: audience,
      responses: operation.responses as DocumentedOperation['responses'],
      codes: operation['x-problem-codes'] as string[],
      events: operation['x-events'] as string[],
    })),
  );
}

/** The code of a problem; what succeeds may have a code of its own. */
function codeOf({ status, body }: { status: number; body: unknown }): string {
  if (status < 400) return '-';
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '-';
}
