import { expect, test } from '@jest/globals';
import { causeText } from './causes.ts';

const by = (id: string) => ({ cause: { kind: 'actor', id, text: `paused by ${id}` } }) as const;

test('causes name who it was from the reader’s side', () => {
  expect(causeText(by('usr_1'), 'usr_1')).toBe('Paused by you');
  expect(causeText(by('usr_2'), 'usr_1')).toBe('Paused by another member');
  expect(causeText(by('tok_1'), 'usr_1')).toBe('Paused by an API token');
  expect(
    causeText({ cause: { kind: 'observation', id: 'msg_1', text: 'agent reported ready' } }, 'usr_1'),
  ).toBe('Agent reported ready');
});
