import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writePrivately } from './files.mjs';
import { given } from './project.mjs';

/**
 * The first administrator.
 *
 * @typedef {object} Admin
 * @property {string | null} email
 * @property {string | null} password both null if they are not known here: somebody else made this database's administrator
 */

/**
 * What the set-up is told to make, and what is known afterwards.
 *
 * @typedef {object} AdminCandidate
 * @property {{ ADMIN_EMAIL: string, ADMIN_PASSWORD: string }} environment
 * @property {(wasCreated: boolean) => Admin} settle takes what the set-up did
 */

/**
 * The administrator for a database. Made at the first start and kept, so that later starts know the password.
 *
 * @param {string} dataDir
 * @param {string | null} externalUrl the operator's own database; null for the one in the data folder
 * @returns {AdminCandidate}
 */
export function adminCandidate(dataDir, externalUrl) {
  const file = join(dataDir, externalUrl === null ? 'admin.json' : `admin-${fingerprint(externalUrl)}.json`);
  const kept = readJson(file);
  const isKnown = kept?.exists === true;
  const email = (isKnown ? undefined : given('ADMIN_EMAIL')) ?? kept?.email ?? 'admin@orderly.test';
  const password = (isKnown ? undefined : given('ADMIN_PASSWORD')) ?? kept?.password ?? randomBytes(15).toString('base64url');
  const write = (/** @type {boolean} */ exists) =>
    writePrivately(file, `${JSON.stringify({ email, password, exists }, null, 2)}\n`);
  // Before it is made, so that a start killed in between does not lose the password. In the
  // database of this folder nobody else can have made one.
  if (!isKnown) write(externalUrl === null);
  return {
    environment: { ADMIN_EMAIL: email, ADMIN_PASSWORD: password },
    settle: (wasCreated) => {
      if (wasCreated) write(true);
      const isOurs = wasCreated || isKnown || externalUrl === null;
      return isOurs ? { email, password } : { email: null, password: null };
    },
  };
}

/** Which database a URL means, whoever connects. */
function fingerprint(/** @type {string} */ url) {
  const { hostname, port, pathname } = new URL(url);
  return createHash('sha256').update(`${hostname}:${port || '5432'}${pathname}`).digest('hex').slice(0, 12);
}
