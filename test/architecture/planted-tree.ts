import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** What a child process answered. */
export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A source tree outside of the repository, with the repository's packages and
 * compiler options, in which a check is run against planted violations.
 */
export class PlantedTree {
  private constructor(readonly directory: string) {}

  /** Writes the files, named by their path in the tree. */
  static async of(files: Readonly<Record<string, string>>): Promise<PlantedTree> {
    const directory = await mkdtemp(join(tmpdir(), 'orderly-planted-'));
    await symlink(join(REPOSITORY, 'node_modules'), join(directory, 'node_modules'));
    for (const name of ['package.json', 'tsconfig.json']) {
      await copyFile(join(REPOSITORY, name), join(directory, name));
    }
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    return new PlantedTree(directory);
  }

  /** Runs a Node script of an installed package in the tree; a minute at most. */
  run(script: string, ...parameters: string[]): Promise<Answer> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(REPOSITORY, 'node_modules', script), ...parameters],
        { cwd: this.directory, timeout: 60_000, maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env.PATH } },
        (error, stdout, stderr) => {
          resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
        },
      );
    });
  }

  /** Removes the tree. */
  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
