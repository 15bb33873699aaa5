import { parseArgs } from 'node:util';
import { Failure, reasonOf } from './project.mjs';

/** What `bin/start --help` prints. */
export const START_USAGE = `Usage: bin/start [--json] [--verbose]

Starts the shop: installs and builds what is missing or stale, finds or starts
PostgreSQL and Redis, migrates, and runs the API and the worker until Ctrl-C.

  --json     print one line of JSON on stdout once the shop is ready:
             api, docs, adminDocs, admin {email, password}, mailbox, pids {api, worker};
             admin holds nulls if another folder set this database up
  --verbose  show the logs here as well
  --help     print this

Environment, all optional; docs/configuration.md lists the rest:
  DATABASE_URL, REDIS_URL      servers of yours; without them real ones are started,
                               on 127.0.0.1 alone, with their data kept in the data folder
  PORT, HOST, WORKER_PORT      where to listen; a port that is named must be free,
                               else 3000 and 3001 are taken, or free ones
  ADMIN_EMAIL, ADMIN_PASSWORD  of the administrator made at the first start;
                               by default admin@orderly.test and a random password
  SEED_DEMO=false              leave an empty catalogue empty: no demo shop
  ORDERLY_DATA_DIR             the data folder; by default .data in the project
`;

/**
 * Reads the options of `bin/start`.
 *
 * @param {string[]} args
 * @returns {{ json: boolean, verbose: boolean, help: boolean }}
 * @throws Failure naming an option that is unknown
 */
export function parseStartOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { json: values.json === true, verbose: values.verbose === true, help: values.help === true };
  } catch (error) {
    throw new Failure(`${reasonOf(error)}\n\n${START_USAGE}`);
  }
}
