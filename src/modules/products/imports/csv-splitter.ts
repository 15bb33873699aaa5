import { MAX_LINE_BYTES } from './line-splitter.js';

const [LINE_FEED, RETURN, QUOTE, COMMA] = [10, 13, 34, 44];

/** A record of a CSV. */
export interface CsvRecord {
  /** The line on which it begins; the first of a file is 1. */
  readonly line: number;
  /** `null` when it is not well-formed, or too long. */
  readonly cells: readonly string[] | null;
  /** The byte after the record, and the lines up to there. */
  readonly end: { readonly offset: number; readonly line: number };
}

/** Where in a record the splitter is. */
type Place = 'cell-start' | 'plain' | 'quoted' | 'after-quote' | 'broken';

/**
 * Splits CSV (RFC 4180) that comes in pieces into records; holds no more than one. Unlike a
 * parser of streams it knows of every record, also of broken ones, the byte at which it ends.
 */
export class CsvSplitter {
  private readonly held: Buffer[] = [];
  private recordBytes = 0;
  private breaks = 0;
  private hasQuotes = false;
  private place: Place = 'cell-start';

  /** Begins at an offset, with some lines before it. */
  constructor(
    private offset: number,
    private line: number,
  ) {}

  /** The records that the piece ends. */
  push(piece: Buffer): CsvRecord[] {
    const records: CsvRecord[] = [];
    let start = 0;
    while (start < piece.length) {
      const end = this.findEnd(piece, start);
      if (end < 0) {
        this.hold(piece.subarray(start));
        break;
      }
      const record = this.take(piece.subarray(start, end + 1));
      if (record) records.push(record);
      start = end + 1;
    }
    return records;
  }

  /** The last record, when the file does not end with a line break. */
  end(): CsvRecord[] {
    if (this.recordBytes === 0) return [];
    if (this.place === 'quoted') this.place = 'broken';
    const record = this.take(Buffer.alloc(0));
    return record ? [record] : [];
  }

  /** Where the line break is that ends the record; -1 when it goes on in the next piece. */
  private findEnd(piece: Buffer, start: number): number {
    if (this.place === 'cell-start' && this.recordBytes === 0) {
      const lineBreak = piece.indexOf(LINE_FEED, start);
      const quote = piece.subarray(start, lineBreak < 0 ? piece.length : lineBreak).indexOf(QUOTE);
      if (quote < 0 && lineBreak >= 0) return lineBreak;
    }
    for (let at = start; at < piece.length; at += 1) {
      const byte = piece[at] ?? 0;
      if (byte === LINE_FEED) {
        if (this.place !== 'quoted' || this.recordBytes + at - start > MAX_LINE_BYTES) return at;
        this.breaks += 1;
      } else {
        this.step(byte);
      }
    }
    return -1;
  }

  private step(byte: number): void {
    if (byte === QUOTE) this.hasQuotes = true;
    this.place = placeAfter(this.place, byte);
  }

  private hold(bytes: Buffer): void {
    this.recordBytes += bytes.length;
    if (this.recordBytes > MAX_LINE_BYTES) this.held.length = 0;
    else this.held.push(bytes);
  }

  /** `null` for an empty line. */
  private take(tail: Buffer): CsvRecord | null {
    const bytes = this.recordBytes + tail.length;
    const line = this.line + 1;
    this.offset += bytes;
    this.line += this.breaks + 1;
    const isBroken = bytes > MAX_LINE_BYTES || this.place === 'broken' || this.place === 'quoted';
    const text = isBroken ? null : withoutBreak(Buffer.concat([...this.held, tail]).toString('utf8'));
    const end = { offset: this.offset, line: this.line };
    const record = text === '' ? null : { line, cells: text === null ? null : this.split(text), end };
    this.held.length = 0;
    this.recordBytes = 0;
    this.breaks = 0;
    this.hasQuotes = false;
    this.place = 'cell-start';
    return record;
  }

  private split(text: string): string[] {
    if (!this.hasQuotes) return text.split(',');
    const cells: string[] = [];
    for (let start = 0; start <= text.length; ) {
      const isQuoted = text[start] === '"';
      const close = isQuoted ? closingQuote(text, start + 1) : start;
      const comma = text.indexOf(',', close);
      const end = comma < 0 ? text.length : comma;
      cells.push(isQuoted ? text.slice(start + 1, close).replaceAll('""', '"') : text.slice(start, end));
      start = end + 1;
    }
    return cells;
  }
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function placeAfter(place: Place, byte: number): Place {
  if (place === 'quoted') return byte === QUOTE ? 'after-quote' : 'quoted';
  if (place === 'broken') return 'broken';
  if (byte === COMMA) return 'cell-start';
  if (place === 'after-quote') {
    if (byte === QUOTE) return 'quoted';
    return byte === RETURN ? 'after-quote' : 'broken';
  }
  if (byte === QUOTE) return place === 'cell-start' ? 'quoted' : 'broken';
  return 'plain';
}

function withoutBreak(text: string): string {
  return text.replace(/\r?\n$/, '').replace(/\r$/, '');
}
