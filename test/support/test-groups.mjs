import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import base from '../../jest.config.mjs';

const rootDir = join(import.meta.dirname, '..', '..');
/** How many groups all files are run in: few spare loading, many keep all workers busy to the end. */
const GROUPS = 18;
const { reporters, maxWorkers, workerIdleMemoryLimit, testTimeout, ...each } = base;

const files = base.roots
  .map((folder) => folder.replace('<rootDir>', rootDir))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.spec.ts'))
  .sort();

/**
 * All files in a few groups, each run as one by test-group.ts: a file by itself spends a good part of its time on
 * loading what the others load too. The files of a folder, which are alike, are spread over the groups.
 */
export default {
  rootDir,
  reporters,
  maxWorkers,
  workerIdleMemoryLimit,
  testTimeout,
  projects: Array.from({ length: GROUPS }, (_, group) => ({
    ...each,
    rootDir,
    displayName: `group ${group + 1}`,
    roots: ['<rootDir>/test/support'],
    testMatch: ['**/test-group.ts'],
    globals: { TEST_FILES: files.filter((_file, at) => at % GROUPS === group) },
  })),
};
