import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderly-docs-'));
  cpSync(join(ROOT, 'docs'), join(folder, 'docs'), { recursive: true });
  mkdirSync(join(folder, 'config'));
  cpSync(join(ROOT, 'config', 'env.example'), join(folder, 'config', 'env.example'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const check = (cwd: string) =>
  spawnSync(process.execPath, [join(ROOT, 'dist/src/docs.js'), '--check'], { cwd, encoding: 'utf8' });

describe('the generated documents', () => {
  it('are what the code says', () => {
    const { status, stderr } = check(ROOT);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['docs/openapi.json', 'docs/errors.md', 'docs/events.md', 'docs/configuration.md', 'config/env.example'])(
    'are found stale when %s was changed by hand',
    (path) => {
      appendFileSync(join(folder, path), 'by hand\n');

      const { status, stderr } = check(folder);

      expect(status).toBe(1);
      expect(stderr).toContain(path);
    },
  );
});
