import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_TIMEOUT_MS = 90_000;

/** A process of the built application. */
export interface RunningProcess {
  readonly url: string;
  /** What it has logged so far. */
  readonly lines: string[];
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Asks it to stop and answers its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Stops it from running and lets it run again, as a paused machine does. */
  pause(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** Starts a role of the built application on a free port and waits until it is ready. */
export async function startProcess(
  role: 'main' | 'worker',
  env: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const { child, lines } = spawnRole(role, env);
  const exited = exitOf(child);
  const url = await readyAt(child, lines);
  return {
    url,
    lines,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
    pause: (signal) => {
      child.kill(signal);
    },
  };
}

/** Starts a role that is expected to refuse; answers its exit code and what it said. */
export async function refusedStart(
  role: 'main' | 'worker',
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const { child, lines } = spawnRole(role, env);
  const code = await exitOf(child);
  return { code, output: lines.join('\n') };
}

/** Runs the set-up of the built application on a database to its end. */
export async function runSetup(env: Readonly<Record<string, string>>): Promise<void> {
  const { child, lines } = spawnRole('setup', env);
  const code = await exitOf(child);
  if (code !== 0) throw new Error(`The set-up failed:\n${lines.join('\n')}`);
}

function spawnRole(role: string, env: Readonly<Record<string, string>>): { child: ChildProcess; lines: string[] } {
  const child = spawn(process.execPath, [`dist/src/${role}.js`], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', WORKER_PORT: '0', ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  return { child, lines };
}

async function readyAt(child: ChildProcess, lines: string[]): Promise<string> {
  const end = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < end) {
    const ready = lines.map(parse).find((entry) => entry.message === 'ready');
    if (ready?.url) return ready.url;
    if (child.exitCode !== null) break;
    await delay(20);
  }
  child.kill('SIGKILL');
  throw new Error(`The process did not become ready:\n${lines.join('\n')}`);
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve(code);
    });
  });
}

function parse(line: string): { message?: string; url?: string } {
  try {
    const entry = JSON.parse(line) as Record<string, string>;
    return { message: entry.msg ?? '', url: entry.url ?? '' };
  } catch {
    return {};
  }
}
