import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { formsOf } from './forms.ts';

const SECRET = 'pass "wörd" & 4f9a1c7e5b2d80634f9a1c7e5b2d8063 /+ end';
const isFoundIn = (text: string) => formsOf(SECRET).some((form) => text.includes(form));

test.each<[string, string]>([
  ['as it is', `login with ${SECRET}.`],
  ['its middle alone', '…9a1c7e5b2d80634f9a1c7e…'],
  ['in JSON', JSON.stringify({ password: SECRET })],
  ['in JSON within JSON', JSON.stringify({ body: JSON.stringify({ password: SECRET }) })],
  ['in a URL', new URL(`https://example.com/?p=${encodeURIComponent(SECRET)}`).href],
  ['in a form', new URLSearchParams({ p: SECRET }).toString()],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
  ...['', 'a', 'ab', 'abc'].flatMap<[string, string]>((before) => [
    [`in base64 behind "${before}"`, Buffer.from(`${before}${SECRET} more`).toString('base64')],
    [`in base64url behind "${before}"`, Buffer.from(`${before}${SECRET} more`).toString('base64url')],
  ]),
  ['as a plain digest', createHash('sha256').update(SECRET).digest('hex')],
])('a secret is found %s', (_, text) => {
  expect(isFoundIn(text)).toBe(true);
});

test.each([
  '',
  'pass word end',
  'another 0123456789abcdef secret',
  JSON.stringify({ password: '[redacted]' }),
])('and not in %j', (text) => {
  expect(isFoundIn(text)).toBe(false);
});

test('of a credential the digest is no secret', () => {
  const token = `brt_${'x7K'.repeat(16)}y`;
  const digest = createHash('sha256').update(token).digest('hex');
  expect(formsOf(token).some((form) => digest.includes(form))).toBe(false);
});
