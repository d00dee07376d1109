import { describe, expect, test } from '@jest/globals';
import { newTotpSecret, totpStep, totpUri } from './totp.ts';

/** Of RFC 6238, appendix B; of its eight digits the last six. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1000);

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
])('at %i the code is %s, as the RFC says', (seconds, code) => {
  expect(totpStep(SECRET, code, at(seconds))).toBe(Math.floor(seconds / 30));
});

describe('a code of 1,234,567,890 s', () => {
  const [code, step] = ['005924', 41_152_263];

  test.each([-30, 0, 30])('is known when the clocks differ by %i s, by its own step', (drift) => {
    expect(totpStep(SECRET, code, at(1_234_567_890 + drift))).toBe(step);
  });

  test.each([-60, 60, 3600])('is none when they differ by %i s', (drift) => {
    expect(totpStep(SECRET, code, at(1_234_567_890 + drift))).toBeNull();
  });

  test.each(['005925', '5924', '', '0059240', '٠٠٥٩٢٤', '00592４'])('is not %j', (other) => {
    expect(totpStep(SECRET, other, at(1_234_567_890))).toBeNull();
  });
});

test('a secret has 160 bits, and is another one each time', () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(newTotpSecret());
});

test('an app is told whose it is, whatever the address has in it', () => {
  const uri = new URL(totpUri(SECRET, 'ada+a&b@example.com'));
  expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp');
  expect(decodeURIComponent(uri.pathname)).toBe('/Berth:ada+a&b@example.com');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    ...{ issuer: 'Berth', secret: SECRET },
    ...{ algorithm: 'SHA1', digits: '6', period: '30' },
  });
});
