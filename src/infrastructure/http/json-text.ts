import { createHash } from 'node:crypto';

/** An answer that is JSON already, made once for many clients; its ETag is made once as well. */
export class JsonText {
  readonly bytes: Buffer;
  private tag: string | undefined;

  constructor(text: string) {
    this.bytes = Buffer.from(text);
  }

  /** The JSON of a value. */
  static of(value: object): JsonText {
    return new JsonText(JSON.stringify(value));
  }

  /** The hash of the content, as an ETag. */
  get etag(): string {
    this.tag ??= `"${createHash('sha1').update(this.bytes).digest('base64url')}"`;
    return this.tag;
  }

  /** The value again, for who needs a part of it. */
  parse(): object {
    return JSON.parse(this.bytes.toString()) as object;
  }
}

/** A page of a list whose rows are JSON already. */
export class JsonPage {
  private readonly rows: readonly string[];
  /** What it has beside its rows. */
  readonly rest: { readonly nextCursor: string | null };

  constructor({ data, ...rest }: { readonly data: readonly string[]; readonly nextCursor: string | null }) {
    this.rows = data;
    this.rest = rest;
  }

  /** The JSON of the page. */
  get json(): JsonText {
    return new JsonText(`{"data":[${this.rows.join(',')}],${JSON.stringify(this.rest).slice(1)}`);
  }

  /** The page again, for who needs a part of it. */
  parse(): object {
    return { data: this.rows.map((row) => JSON.parse(row) as object), ...this.rest };
  }
}
