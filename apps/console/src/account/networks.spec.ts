import { expect, test } from '@jest/globals';
import { problemOf } from './networks.ts';

test.each(['192.0.2.7', '192.0.2.0/24', '0.0.0.0/0', '2001:db8::1', '2001:DB8::/32', '::', '::1/128'])(
  '%s is a network',
  (network) => {
    expect(problemOf([network])).toBeNull();
  },
);

test.each([
  '',
  'office',
  '192.0.2',
  '192.0.2.256',
  '192.0.02.1',
  '192.0.2.0/33',
  '192.0.2.0/',
  '192.0.2.0/08',
  '192.0.2.0/24/8',
  '2001:db8::/129',
  '2001:db8:::1',
  'fe80::1%eth0',
  '::ffff:192.0.2.1',
  '[::1]',
])('“%s” is none, which is said before the API does', (text) => {
  expect(problemOf(['192.0.2.7', text])).toContain(`“${text}”`);
});

test('there are twenty at most', () => {
  const many = Array.from({ length: 21 }, (_, at) => `192.0.2.${at}`);
  expect(problemOf(many.slice(1))).toBeNull();
  expect(problemOf(many)).toContain('20');
});
