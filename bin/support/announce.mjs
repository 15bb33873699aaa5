/**
 * What the operator is told once the shop is ready.
 *
 * @typedef {object} Facts
 * @property {string} api address
 * @property {import('./admin.mjs').Admin} admin
 * @property {boolean} seeded whether this start filled the catalogue with the demo shop
 * @property {string | null} mailbox folder; null if a mail server is set
 * @property {string} logs folder
 * @property {{ api: number, worker: number }} pids
 */

/**
 * Prints where the shop is and how to go on: one line of JSON, or a text for people.
 *
 * @param {{ json: boolean }} options
 * @param {Facts} facts
 */
export function announce({ json }, facts) {
  const { api, admin, mailbox, pids } = facts;
  const addresses = { api, docs: `${api}/docs`, adminDocs: `${api}/docs/admin` };
  process.stdout.write(json ? `${JSON.stringify({ ...addresses, admin, mailbox, pids })}\n` : textFor({ ...facts, ...addresses }));
}

/** @type {(facts: Facts & { docs: string, adminDocs: string }) => string} */
function textFor({ api, docs, adminDocs, admin, seeded, mailbox, logs }) {
  const lines = [
    ['API', api],
    ['Documentation', docs],
    ['  for the staff', adminDocs],
    ['Administrator', admin.email ?? 'the one this database was first set up with'],
    ...(admin.password === null ? [] : [['  password', admin.password]]),
    ['Mails', mailbox ?? 'sent through SMTP_URL'],
    ['Logs', logs],
  ];
  return `
Orderly is ready.${seeded ? ' The catalogue holds the demo shop.' : ''}

${lines.map(([name = '', value]) => `  ${name.padEnd(16)} ${value}`).join('\n')}

Try it:

  curl -s '${api}/v1/products?limit=3'

Ctrl-C stops it.
`;
}
