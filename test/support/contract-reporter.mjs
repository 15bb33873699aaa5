import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fails a run of the whole suite when a documented answer was never seen. */
export default class ContractReporter {
  constructor(globalConfig) {
    this.whole = !globalConfig.testNamePattern && globalConfig.nonFlagArgs.length === 0 && !globalConfig.shard;
  }

  onRunComplete(_contexts, results) {
    if (!this.whole || results.numFailedTests > 0 || results.numFailedTestSuites > 0) return;
    const { documented, seen } = read(process.env.TEST_SEEN_DIR);
    const missing = [...documented].filter((answer) => !seen.has(answer)).sort();
    if (missing.length === 0) return;
    this.error = new Error(
      `These answers are documented and were never seen in a test:\n  ${missing.join('\n  ')}`,
    );
    process.stderr.write(`\n${this.error.message}\n`);
  }

  getLastError() {
    return this.error;
  }
}

function read(directory) {
  const lines = (name) => readFileSync(join(directory, name), 'utf8').split('\n').filter(Boolean);
  const names = readdirSync(directory);
  return {
    documented: new Set(names.includes('documented') ? lines('documented') : []),
    seen: new Set(names.filter((name) => name !== 'documented').flatMap(lines)),
  };
}
