import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { Failure, given } from './project.mjs';

/**
 * The ports claimed by this process, each held by a socket.
 *
 * @type {Map<number, import('node:dgram').Socket>}
 */
const claims = new Map();

/**
 * A port on which nobody listens now. Another process may take it before its use:
 * whoever binds it tries again with another one.
 *
 * @param {string} [host]
 * @returns {Promise<number>}
 */
export async function freePort(host = '127.0.0.1') {
  const port = await bind(host, 0);
  if (port === null) throw new Failure(`No port is free on ${host}.`);
  return port;
}

/**
 * The port that a variable names, or the usual one if it is free, or any free one. Another start
 * on this machine is not given it while this process lives.
 *
 * @param {string} name of the variable; 0 asks for any free port
 * @param {number} usual
 * @param {string} host
 * @param {number} [claimed] a port that is free now and claimed for another server
 * @returns {Promise<{ port: number, asked: boolean }>}
 * @throws Failure if the named port is no port, or is taken
 */
export async function choosePort(name, usual, host, claimed) {
  const named = namedPort(name);
  if (named === 0) {
    const isUsualGood = given(name) === undefined && usual !== claimed && (await isFree(host, usual));
    let port = isUsualGood ? usual : await freePort(host);
    while (port === claimed || !(await claim(port))) port = await freePort(host);
    return { port, asked: false };
  }
  if (named === claimed) throw new Failure(`${name}=${named}: PORT and WORKER_PORT must differ.`);
  if (!(await isFree(host, named))) {
    throw new Failure(
      `${name}=${named}: another process listens on ${host}:${named} already, or the port is not allowed.\n` +
        `Stop that process, set ${name} to another port, or unset it to have a free one chosen.`,
    );
  }
  // If this one cannot be claimed, then so be it: it is the operator's choice.
  await claim(named);
  return { port: named, asked: true };
}

/**
 * Claims a port against other starts, which look in the moment before the server listens: they would
 * choose the same one and take the first server's answers for their own server's. The claim is the UDP
 * port of the same number, which no server here uses and the system frees whatever ends this process.
 *
 * @param {number} port
 * @returns {Promise<boolean>} false if another start has it
 */
async function claim(port) {
  if (claims.has(port)) return true;
  const socket = createSocket('udp4').unref();
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      claims.set(port, socket);
      resolve(true);
    });
  });
}

/** @type {(name: string) => number} */
function namedPort(name) {
  const text = given(name) ?? '0';
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Failure(`${name} is not a port: a number from 0 to 65535.`);
  }
  return Number(text);
}

/**
 * The host under which this machine reaches a server that listens on `host`, ready for a URL.
 *
 * @param {string} host
 * @returns {string}
 */
export function hostInUrl(host) {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** @type {(host: string, port: number) => Promise<boolean>} */
async function isFree(host, port) {
  // Some systems let a second server listen on one address of a port that is taken on all.
  return (await bind(host, port)) !== null && !(await answers(host, port));
}

/** @type {(host: string, port: number) => Promise<number | null>} */
function bind(host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(new Failure(`HOST=${host}: cannot listen there (${error.code}).`));
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(address.port));
    });
  });
}

/** @type {(host: string, port: number) => Promise<boolean>} */
function answers(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1_000 });
    const settle = (/** @type {boolean} */ answered) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
