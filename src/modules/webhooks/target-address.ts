import ipaddr from 'ipaddr.js';

/** The global unicast addresses of IPv6; ranges that carry an IPv4 address inside lie mostly beside it. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/** Tells whether an IP address is one of the open internet: nothing of our own network, no tunnel, no reserve. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address that is written as IPv6 is judged as IPv4.
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv6' && !parsed.match(GLOBAL_IPV6)) return false;
  return parsed.range() === 'unicast';
}

/**
 * What speaks against a URL as the target of a webhook; `null` when nothing does. A
 * host name is not looked up: that happens at each connection.
 *
 * @param allowPrivate whether private addresses and plain HTTP are fine
 */
export function targetFault(target: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(target)) return 'must be a URL';
  const url = new URL(target);
  if (url.username !== '' || url.password !== '') return 'must have no user name and no password';
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return 'must begin with https://';
  if (allowPrivate) return null;
  // The URL parser has turned octal, hexadecimal and short forms of IPv4 into the usual one.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) && !isPublicAddress(host)) return 'must be a public address';
  return null;
}
