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
