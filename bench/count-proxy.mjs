import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Messages of the PostgreSQL protocol with which a client runs a statement: simple query and Execute. */
const RUNS_STATEMENT = new Set(['Q'.charCodeAt(0), 'E'.charCodeAt(0)]);

/**
 * Stands between a client and PostgreSQL and counts statements and round trips: a round
 * trip begins when the client sends after the server has answered.
 *
 * @param {string} target address of PostgreSQL
 */
export async function countingProxy(target) {
  const { hostname, port } = new URL(target);
  const counts = { statements: 0, roundTrips: 0 };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let buffered = Buffer.alloc(0);
    let started = false;
    let answered = true;
    client.on('data', (chunk) => {
      if (answered) counts.roundTrips += 1;
      answered = false;
      buffered = Buffer.concat([buffered, chunk]);
      for (;;) {
        const header = started ? 1 : 0;
        if (buffered.length < header + 4) break;
        const length = header + buffered.readInt32BE(header);
        if (buffered.length < length) break;
        if (started && RUNS_STATEMENT.has(buffered[0])) counts.statements += 1;
        started = true;
        buffered = buffered.subarray(length);
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      answered = true;
      client.write(chunk);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(server.address().port);
  return { url: url.href, counts, close: () => server.close() };
}
