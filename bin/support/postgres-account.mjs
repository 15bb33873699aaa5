import { Failure, say } from './project.mjs';
import { run } from './processes.mjs';

const NAME = 'postgres';

/**
 * The account PostgreSQL runs under: one's own, or `postgres` for root, since PostgreSQL
 * refuses to run as root. The account is made if there is none.
 *
 * @returns {Promise<import('./processes.mjs').Account>} empty for one's own
 * @throws Failure if there is no such account and it cannot be made
 */
export async function postgresAccount() {
  if (process.getuid?.() !== 0) return {};
  const account = await find();
  if (account) return account;
  say(`Making the system user "${NAME}", since PostgreSQL does not run as root …`);
  const reasons = [];
  // shadow's useradd, and BusyBox's adduser.
  for (const [command, ...args] of [
    ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME],
    ['adduser', '-S', '-D', '-H', NAME],
  ]) {
    const { output } = await run(String(command), args, { output: 'keep' });
    const made = await find();
    if (made) return made;
    reasons.push(output.trim());
  }
  throw new Failure(
    `The system user "${NAME}" cannot be made (${reasons.join('; ')}).\n` +
      'Run Orderly as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours.',
  );
}

/** @type {() => Promise<{ uid: number, gid: number } | null>} */
async function find() {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((option) => run('id', [option, NAME], { output: 'keep' })),
  );
  if (!uid || !gid || uid.code !== 0 || gid.code !== 0) return null;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

/**
 * Whether an account can do to a file what `test` names (`-r`, `-x`), folders above it included.
 *
 * @param {import('./processes.mjs').Account} account
 * @param {'-r' | '-x'} right
 * @param {string} file
 * @returns {Promise<boolean>}
 */
export async function may(account, right, file) {
  const { code, output } = await run('/bin/sh', ['-c', 'test "$1" "$2"', 'sh', right, file], {
    cwd: '/',
    account,
    output: 'keep',
  });
  if (code === 127) throw new Failure(`Nothing can be run as "${NAME}": ${output}`);
  return code === 0;
}
