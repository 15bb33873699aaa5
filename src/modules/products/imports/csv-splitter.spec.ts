import { parse } from 'csv-parse/sync';
import { CsvSplitter, type CsvRecord } from './csv-splitter.js';
import { LineSplitter, MAX_LINE_BYTES } from './line-splitter.js';
import { Utf8Check } from './utf8-check.js';

const FILE = 'a,b,c\r\n,"x, ""y""",\n"",two,"three\r\nlines"\n\nä€😀,"",\n,,\n"1","2","3"';

const pieces = (text: string | Buffer, size: number): Buffer[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
};

function split(text: string, size: number, from = { offset: 0, line: 0 }): CsvRecord[] {
  const splitter = new CsvSplitter(from.offset, from.line);
  return [...pieces(text, size).flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

describe('CsvSplitter', () => {
  it.each([1, 2, 3, 7, 16, 1_000])('reads what a parser of whole files reads, in pieces of %i bytes', (size) => {
    const wanted = parse(FILE, { skipEmptyLines: true, recordDelimiter: ['\r\n', '\n'] });

    expect(split(FILE, size).map(({ cells }) => cells)).toEqual(wanted);
    expect(split(FILE, size).map(({ line }) => line)).toEqual([1, 2, 3, 6, 7, 8]);
  });

  it('can go on behind each record', () => {
    const all = split(FILE, 5);

    for (const [index, { end }] of all.entries()) {
      expect(split(Buffer.from(FILE).subarray(end.offset).toString(), 5, end)).toEqual(all.slice(index + 1));
    }
  });

  it.each(['a"b,c', '"a"b,c', '"a'])('tells that %j is broken, and reads the next line', (broken) => {
    const records = split(`ok\n${broken}\n`, 4);

    expect(records.map(({ cells, line }) => ({ cells, line }))).toEqual([
      { cells: ['ok'], line: 1 },
      { cells: null, line: 2 },
    ]);
  });

  it('gives a quoted text up that is too long', () => {
    const records = split(`"${'x\n'.repeat(MAX_LINE_BYTES / 2 + 1)}ok,1\n`, 65_536);

    expect(records[0]?.cells).toBeNull();
    expect(records.at(-1)?.cells).toEqual(['ok', '1']);
  });
});

describe('LineSplitter', () => {
  it.each([1, 3, 1_000])('reads each line with its number and end, in pieces of %i bytes', (size) => {
    const lines = new LineSplitter(10, 5);
    const read = [...pieces('ä\n\nlast', size).flatMap((piece) => lines.push(piece)), ...lines.end()];

    expect(read).toEqual([
      { number: 6, text: 'ä', end: 13 },
      { number: 7, text: '', end: 14 },
      { number: 8, text: 'last', end: 18 },
    ]);
  });

  it('leaves a line out that is too long, and keeps count', () => {
    const lines = new LineSplitter(0, 0);
    const read = pieces(`${'x'.repeat(MAX_LINE_BYTES + 1)}\nok\n`, 65_536).flatMap((piece) => lines.push(piece));

    expect(read).toEqual([
      { number: 1, text: null, end: MAX_LINE_BYTES + 2 },
      { number: 2, text: 'ok', end: MAX_LINE_BYTES + 5 },
    ]);
  });
});

describe('Utf8Check', () => {
  const isText = (bytes: Buffer, size: number): boolean => {
    const check = new Utf8Check();
    return pieces(bytes, size).every((piece) => check.push(piece)) && check.end();
  };

  it.each([1, 2, 3, 5, 100])('knows text from other bytes, in pieces of %i bytes', (size) => {
    expect(isText(Buffer.from('aä€😀z'), size)).toBe(true);
    expect(isText(Buffer.from([0x61, 0xe4, 0x61]), size)).toBe(false);
    expect(isText(Buffer.from('aä€😀').subarray(0, -1), size)).toBe(false);
    expect(isText(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80]), size)).toBe(false);
    expect(isText(Buffer.from('a\0b'), size)).toBe(false);
  });
});
