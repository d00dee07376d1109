import { expect, test } from '@jest/globals';
import { isWithin } from './networks.ts';

test.each([
  ['192.0.2.1', ['192.0.2.0/24'], true],
  ['192.0.2.0/25', ['192.0.2.0/24'], true],
  ['192.0.2.0/24', ['192.0.2.0/24'], true],
  ['192.0.2.7', ['192.0.2.7'], true],
  ['192.0.2.0/23', ['192.0.2.0/24'], false],
  ['192.0.3.1', ['192.0.2.0/24', '192.0.4.0/24'], false],
  ['192.0.4.1', ['192.0.2.0/24', '192.0.4.0/24'], true],
  ['0.0.0.0/0', ['192.0.2.0/24'], false],
  ['2001:db8::1', ['2001:db8::/32'], true],
  ['2001:db8::/48', ['2001:db8::/32'], true],
  ['::/0', ['2001:db8::/32'], false],
  ['192.0.2.1', ['::/0'], false],
  ['::1', ['0.0.0.0/0'], false],
])('%s lies in %j: %s', (network, networks, expected) => {
  expect(isWithin(network, networks)).toBe(expected);
});
