import { isIPv6 } from 'node:net';

/** IPv4 that has come in by an IPv6 socket: `::ffff:192.0.2.1`. */
const MAPPED = /^::ffff:([\d.]+)$/i;

/**
 * What stands for one caller among addresses: an IPv4 address, or the /64 of an IPv6 address, all of which a single
 * connection has to itself (https://www.rfc-editor.org/rfc/rfc6177).
 */
export function networkOf(address: string): string {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = [], tail = []] = address
    .toLowerCase()
    .split('%', 1)
    .join('')
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}
