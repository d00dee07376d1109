import { expect, test } from '@jest/globals';
import { clientOf } from './client-of.ts';

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    { kind: 'desktop', name: 'Firefox on Linux' },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    { kind: 'mobile', name: 'Safari on iOS' },
  ],
  ['curl/8.12.1', { kind: 'program', name: 'curl/8.12.1' }],
  ['', { kind: 'program', name: 'Something that does not say what it is' }],
  [`<script>${'x'.repeat(200)}`, { kind: 'program', name: `<script>${'x'.repeat(32)}` }],
])('%s', (userAgent, expected) => {
  expect(clientOf(userAgent)).toEqual(expected);
});
