import { expect, test } from '@jest/globals';
import type { Operation } from './document.ts';
import { withoutOwnWords } from './own-words.ts';

const left = (id: string, answer: unknown) => withoutOwnWords({ id } as Operation, JSON.stringify(answer));
const entry = (outcome: string) => ({
  id: 'aud_1',
  outcome,
  target: { id: 'srv_hers' },
  changes: { a: 'acc_hers' },
});

test('of a trail, what was asked about in vain is left out, and nothing else', () => {
  const items = [entry('done'), entry('denied')];
  expect(left('listAuditEvents', { items })).toBe(
    JSON.stringify({ items: [items[0], { ...items[1], target: null, changes: null }] }),
  );
  expect(left('exportAuditEvents', items)).not.toContain('"denied","target":{');
});

test('the same of a trail as CSV', () => {
  const lines = ['at,outcome,id', '1,srv_own,done,200', '2,srv_hers,denied,404'];
  const text = withoutOwnWords({ id: 'exportAuditEvents' } as Operation, lines.join('\r\n'));
  expect(text).toContain('srv_own');
  expect(text).not.toContain('srv_hers');
});

test('every other answer stays as it is', () => {
  expect(left('listServers', { items: [entry('denied')] })).toContain('srv_hers');
  expect(withoutOwnWords({ id: 'logIn' } as Operation, 'srv_hers,denied,')).toBe('srv_hers,denied,');
});
