/** Bytes of a line, or record, that is read at most. */
export const MAX_LINE_BYTES = 1_000_000;

/** A line of a file; too long ones are left out. */
export interface Line {
  /** The first line of a file is 1. */
  readonly number: number;
  readonly text: string | null;
  /** The byte after the line. */
  readonly end: number;
}

/** Splits bytes that come in pieces into lines; holds no more than one line. */
export class LineSplitter {
  private rest: Buffer[] = [];
  private restBytes = 0;

  /** Begins at an offset, with some lines before it. */
  constructor(
    private offset: number,
    private line: number,
  ) {}

  /** The lines that the piece ends. */
  push(piece: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      lines.push(this.take(piece.subarray(start, end), 1));
      start = end + 1;
    }
    this.hold(piece.subarray(start));
    return lines;
  }

  /** The last line, when the file does not end with a line break. */
  end(): Line[] {
    return this.restBytes === 0 ? [] : [this.take(Buffer.alloc(0), 0)];
  }

  private take(tail: Buffer, breakBytes: number): Line {
    const bytes = this.restBytes + tail.length;
    const whole = this.rest.length === 0 ? tail : Buffer.concat([...this.rest, tail]);
    this.rest = [];
    this.restBytes = 0;
    this.offset += bytes + breakBytes;
    this.line += 1;
    return { number: this.line, text: bytes > MAX_LINE_BYTES ? null : whole.toString('utf8'), end: this.offset };
  }

  private hold(bytes: Buffer): void {
    this.restBytes += bytes.length;
    // Of a line that is too long its length is kept alone.
    if (this.restBytes > MAX_LINE_BYTES) this.rest = [];
    else if (bytes.length > 0) this.rest.push(bytes);
  }
}
