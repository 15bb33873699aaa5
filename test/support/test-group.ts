import { relative } from 'node:path';

/** The files of this group, from the configuration of its project. */
declare const TEST_FILES: readonly string[];

type Define = (...args: never[]) => void;
type Definition = () => void;

/*
 * Runs several test files as one, each a block of its own: what they import is loaded once, which is
 * a good part of a file's time. A file is imported with recorders in place of Jest's functions, since a
 * block's content is defined at once and an import takes its time.
 */
for (const file of TEST_FILES) {
  const definitions = await definitionsOf(file);
  describe(relative('.', file), () => {
    for (const define of definitions) define();
  });
}

async function definitionsOf(file: string): Promise<Definition[]> {
  const definitions: Definition[] = [];
  const originals = { describe, it, beforeAll, beforeEach, afterEach, afterAll };
  const recorderOf = (original: Define): Define => (...args) => { definitions.push(() => { original(...args); }); };
  for (const [name, original] of Object.entries(originals)) Reflect.set(globalThis, name, recorderOf(original));
  Reflect.set(globalThis.describe, 'each', (table: never) => recorderOf(originals.describe.each(table)));
  Reflect.set(globalThis.it, 'each', (table: never) => recorderOf(originals.it.each(table)));
  try {
    await import(file);
    return definitions;
  } catch (error) {
    return [() => { it('can be loaded', () => { throw error; }); }];
  } finally {
    Object.assign(globalThis, originals);
  }
}
