import { expect, test } from '@jest/globals';
import { actionText, actorText } from './words.ts';

test('what was asked for is said in words, or shown as it is called', () => {
  expect(actionText('launchServer')).toBe('Launch a server');
  expect(actionText('somethingNew')).toBe('somethingNew');
});

test.each([
  ['user', 'Ada', 'Ada'],
  ['user', null, 'x_1'],
  ['token', 'ci', 'API token ci'],
  ['staff', 'Sue', 'Sue, of the staff'],
  ['staff', null, 'Somebody, of the staff'],
  ['server', null, 'Somebody in the name of x_1'],
  ['system', null, 'Berth'],
] as const)('%s %s is %s', (kind, name, text) => expect(actorText({ kind, id: 'x_1', name })).toBe(text));
