import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { claimOf, isSignedWith } from './verify.ts';

const secret = randomBytes(32).toString('base64');
const signed = (payload: string) => ({
  type: 'berth.agent-report.v1' as const,
  payload,
  keyId: 'k1',
  signature: createHmac('sha256', Buffer.from(secret, 'base64')).update(payload).digest('hex'),
});

test('a signature is over the exact bytes of the payload', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme', minLength: 1 }),
      (text, more) => {
        const report = signed(text);
        expect(isSignedWith(secret, report)).toBe(true);
        expect(isSignedWith(secret, { ...report, payload: text + more })).toBe(false);
      },
    ),
  );
});

test('another secret, or another signature of the right form, proves nothing', () => {
  const report = signed('{}');
  expect(isSignedWith(randomBytes(32).toString('base64'), report)).toBe(false);
  expect(isSignedWith(secret, { ...report, signature: '0'.repeat(64) })).toBe(false);
});

test.each(['', 'null', '[]', '{"serverId":"srv_1"}', '{"serverId":{"$ne":1}}', 'no JSON'])(
  'a payload that is no report claims nothing: %s',
  (payload) => {
    expect(claimOf(signed(payload))).toBeUndefined();
  },
);
