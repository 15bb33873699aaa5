import { Agent, request } from 'node:http';

/**
 * Sends requests over kept-alive connections for a time, or until `requests` are sent.
 *
 * @param {{ url: string, connections: number, seconds: number, requests?: number, next: (n: number) => { method: string, path: string, headers?: object, body?: string } }} what
 * @returns {Promise<{ perSecond: number, p50: number, p95: number }>} latencies in milliseconds
 */
export async function load({ url, connections, seconds, requests = Infinity, next }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const latencies = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  let sent = 0;
  const client = async () => {
    while (sent < requests && performance.now() < end) {
      const before = performance.now();
      const { status, text } = await call({ agent, hostname, port, ...next(sent++) });
      if (status >= 400) throw new Error(`${url} answered ${status}: ${text}`);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const elapsed = (performance.now() - start) / 1_000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { perSecond: latencies.length / elapsed, p50: at(0.5), p95: at(0.95) };
}

/** Sends one request and answers its status and text. */
export function call({ agent, hostname, port, method, path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request({ agent, hostname, port, method, path, headers: { ...length, ...headers } }, (incoming) => {
      const chunks = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
