import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Config, ConfigurationError } from '../../../config/config.js';
import { createLog, LOG, type Log } from '../logging/logger.js';
import { createHttpApplication } from './http-application.js';

/** A process: its root module, its port and whether it serves the documents. */
export interface ProcessOptions {
  readonly role: 'api' | 'worker';
  readonly root: (config: Config) => Parameters<typeof createHttpApplication>[0];
  readonly port: (config: Config) => number;
  readonly documents: boolean;
}

/**
 * Runs a process until it is told to stop: on SIGTERM or SIGINT it takes no more work,
 * finishes what it has within `SHUTDOWN_TIMEOUT_MS`, and exits 0. A fault at the start
 * is logged and exits 1.
 */
export async function runProcess(options: ProcessOptions): Promise<void> {
  const log = createLog('info', options.role);
  try {
    const config = Config.fromEnv();
    const stopTracing = await traceProcess(config, options.role, log);
    const app = await createHttpApplication(options.root(config), log, {
      documents: options.documents,
      trustedProxies: config.http.trustedProxies,
    });
    stopOnSignal(app, config, stopTracing);
    await app.listen(options.port(config), config.http.host);
    app.get<Log>(LOG).info({ url: await app.getUrl() }, 'ready');
  } catch (error) {
    if (error instanceof ConfigurationError) log.fatal(error.message);
    else log.fatal({ err: error }, 'the process could not start');
    process.exit(1);
  }
}

/** Begins to trace where a collector is configured; elsewhere not even the code for it is loaded. */
async function traceProcess(config: Config, role: string, log: Log): Promise<() => Promise<void>> {
  const { endpoint, ...options } = config.tracing;
  if (endpoint === undefined) return () => Promise.resolve();
  const { startTracing } = await import('../tracing/tracing.js');
  return startTracing({ endpoint, ...options }, role, log);
}

function stopOnSignal(app: NestFastifyApplication, config: Config, stopTracing: () => Promise<void>): void {
  const log = app.get<Log>(LOG);
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('work was left at the end of the time to stop');
      process.exit(1);
    }, config.shutdown.timeoutMs).unref();
    app.close().then(stopTracing).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
