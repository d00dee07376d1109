import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { open, seal, SecretsKey } from './seal.ts';

const key = randomBytes(32);

test('what was sealed opens with the same key and context', () => {
  expect(open(key, seal(key, 'geheim ☂', 'server srv_1'), 'server srv_1')).toBe('geheim ☂');
});

test('the same secret never looks the same twice', () => {
  expect(seal(key, 'secret', 'a')).not.toBe(seal(key, 'secret', 'a'));
});

test.each([
  ['another key', (sealed: string) => open(randomBytes(32), sealed, 'a')],
  ['another context', (sealed: string) => open(key, sealed, 'b')],
  [
    'a changed byte',
    (sealed: string) => open(key, sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA'), 'a'),
  ],
  ['a cut-off text', (sealed: string) => open(key, sealed.slice(0, 20), 'a')],
  ['no sealed text at all', () => open(key, 'secret', 'a')],
])('%s does not open it', (_, attempt) => {
  expect(() => attempt(seal(key, 'a secret of some length', 'a'))).toThrow();
});

test('a key of another length is refused at the door', () => {
  expect(SecretsKey.safeParse(randomBytes(16).toString('base64')).success).toBe(false);
  expect(SecretsKey.parse(key.toString('base64'))).toEqual(key);
});
