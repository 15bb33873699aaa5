import { isUtf8 } from 'node:buffer';

/** Tells of bytes that come in pieces whether they are text in UTF-8. */
export class Utf8Check {
  private rest = Buffer.alloc(0);

  /** Whether what came so far can be text; a character may go on in the next piece. */
  push(piece: Buffer): boolean {
    if (piece.includes(0)) return false;
    const bytes = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const open = openBytes(bytes);
    this.rest = Buffer.from(bytes.subarray(bytes.length - open));
    return isUtf8(bytes.subarray(0, bytes.length - open));
  }

  /** Whether the last character was whole. */
  end(): boolean {
    return this.rest.length === 0;
  }
}

/** How many bytes at the end belong to a character that has not come to its end. */
function openBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(firstByte: number): number {
  if (firstByte >= 0xf0) return 4;
  return firstByte >= 0xe0 ? 3 : 2;
}
