import { expect, test } from '@jest/globals';
import { liesIn } from './networks.ts';

const networks = ['192.0.2.0/24', '198.51.100.7', '2001:db8:1::/48', '2001:db8:2::7', '10.1.2.3/8'];

test.each([
  '192.0.2.0',
  '192.0.2.255',
  '::ffff:192.0.2.7',
  '::ffff:c000:207',
  '198.51.100.7',
  '::FFFF:198.51.100.7',
  '2001:db8:1::',
  '2001:DB8:1:ffff::1',
  '2001:0db8:0002:0000:0000:0000:0000:0007',
  '10.255.0.1',
])('%s lies in them', (address) => {
  expect(liesIn(networks, address)).toBe(true);
});

test.each([
  '192.0.3.0',
  '198.51.100.8',
  '::ffff:198.51.100.8',
  '2001:db8:2::8',
  '2001:db8:3::1',
  '::192.0.2.7',
  '11.0.0.1',
  '',
  'unknown',
  '192.0.2.7:4711',
  '192.0.2',
  '_hidden',
])('%j does not', (address) => {
  expect(liesIn(networks, address)).toBe(false);
});

test.each([undefined, []])('without any, that is %j, one may be anywhere', (none) => {
  expect(liesIn(none, '203.0.113.9')).toBe(true);
});

test('a network of one family holds none of the other', () => {
  expect(liesIn(['0.0.0.0/0'], '2001:db8::1')).toBe(false);
  expect(liesIn(['0.0.0.0/0'], '::ffff:192.0.2.7')).toBe(true);
  expect(liesIn(['2000::/3'], '192.0.2.7')).toBe(false);
});
