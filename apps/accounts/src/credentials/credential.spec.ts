import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { credentialKind, digestOf, hintOf, newCredential } from './credential.ts';

test('a credential says what it is of, and is letters and digits only', () => {
  expect(newCredential('token')).toMatch(/^brt_[0-9A-Za-z]{49}$/);
  expect(credentialKind(newCredential('token'))).toBe('token');
  expect(credentialKind(newCredential('session'))).toBe('session');
});

test('no two are alike', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newCredential('token'))).size).toBe(1000);
});

test('a wrong character, two swapped, a piece missing: never well-formed', () => {
  const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
  const valid = newCredential('token');
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.constantFrom(...characters), (at, character) => {
      const typo = valid.slice(0, at) + character + valid.slice(at + 1);
      expect(credentialKind(typo)).toBe(typo === valid ? 'token' : null);
    }),
  );
  fc.assert(
    fc.property(fc.nat(valid.length - 2), (at) => {
      const swapped = valid.slice(0, at) + valid.charAt(at + 1) + valid.charAt(at) + valid.slice(at + 2);
      expect(credentialKind(swapped)).toBe(swapped === valid ? 'token' : null);
      expect(credentialKind(valid.slice(0, at))).toBeNull();
    }),
  );
});

test('a token’s secret behind a session’s prefix is neither', () => {
  expect(credentialKind(newCredential('token').replace('brt_', 'brs_'))).toBeNull();
});

test.each([
  '',
  'brt_',
  'Bearer x',
  `${newCredential('token')}\n`,
  ` ${newCredential('token')}`,
  'brt_' + 'é'.repeat(49),
])('%j is not a credential', (text) => {
  expect(credentialKind(text)).toBeNull();
});

test('what is stored and shown of a credential does not give it away', () => {
  const credential = newCredential('token');
  expect(digestOf(credential)).toMatch(/^[0-9a-f]{64}$/);
  expect(hintOf(credential)).toHaveLength(8);
});
