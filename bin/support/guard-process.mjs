import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { stopProcess } from './processes.mjs';

const STOP_TIMEOUT_MS = 10_000;

/** @type {string[]} */
let folders = [];
/** @type {{ pid: number, identity: string, signal: NodeJS.Signals } | undefined} */
let server;
let isDismissed = false;

// The loop ends when the pipe does: the guarded process has dismissed the guard, or is gone.
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  folders = message.folders ?? folders;
  server = message.server ?? server;
  isDismissed ||= message.dismissed === true;
}

if (!isDismissed) {
  if (server) await stopProcess(server, server.signal, STOP_TIMEOUT_MS);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}
