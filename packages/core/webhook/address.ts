import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where a webhook may go: public addresses only, by HTTPS. */

/** Names that lead inside whatever they resolve to. */
const INNER_NAMES =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|arpa|onion|test|invalid)$/;
const MAX_URL = 2000;
const LOWEST_PORT = 1024;

/** Why an address was refused. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/**
 * The address as it will be asked. WHATWG's parser turns every spelling of an IPv4 address (hexadecimal, octal, one
 * number, full-width digits) into the usual one before it is looked at.
 * @param development lets plain HTTP go to this machine, and nowhere else
 * @throws AddressError
 */
export function checkAddress(text: string, development: boolean): URL {
  if (text.length > MAX_URL) throw new AddressError(`An address has at most ${MAX_URL} characters.`);
  if (!URL.canParse(text)) throw new AddressError('The address is not a URL.');
  const url = new URL(text);
  if (development && isLoopback(url)) return url;
  if (url.protocol !== 'https:') throw new AddressError('The address begins with https://.');
  if (url.username !== '' || url.password !== '')
    throw new AddressError('The address names a user. Use the signature to tell who calls.');
  if (url.port !== '' && Number(url.port) < LOWEST_PORT)
    throw new AddressError(`The port is 443, or ${LOWEST_PORT} or above.`);
  const host = stripBrackets(url.hostname);
  if (isIP(host) > 0) assertPublic(host);
  else if (!host.includes('.') || INNER_NAMES.test(host.replace(/\.$/, '').toLowerCase()))
    throw new AddressError('The address is a public host name.');
  return url;
}

/** @throws AddressError for an IP address that is not on the public internet */
export function assertPublic(address: string): void {
  if (!ipaddr.isValid(address) || !isPublic(ipaddr.parse(address)))
    throw new AddressError('The address does not lead to the public internet.');
}

/**
 * Whether an address is plain unicast. Every special range is out, also those that carry an IPv4 address inside
 * (mapped, translated, 6to4, Teredo): their inside is chosen by whoever writes them.
 */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  if (!('toRFC5952String' in address)) return !ALSO_INNER_4.some((range) => matches(address, range));
  return (
    GLOBAL_6.some((range) => matches(address, range)) &&
    !ALSO_INNER_6.some((range) => matches(address, range))
  );
}

type Range = readonly [string, number];

/** What the library's list lets pass: IANA's special-purpose registries, and metadata services on public numbers. */
const ALSO_INNER_4: readonly Range[] = [
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
];
/** All that is given out of IPv6 so far. */
const GLOBAL_6: readonly Range[] = [['2000::', 3]];
const ALSO_INNER_6: readonly Range[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function matches(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range): boolean {
  const range = ipaddr.parse(base);
  return address.kind() === range.kind() && address.match(range, bits);
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

function stripBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
