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

test('every other answer stays as it is', () => {
  expect(left('listServers', { items: [entry('denied')] })).toContain('srv_hers');
  expect(withoutOwnWords({ id: 'exportAuditEvents' } as Operation, 'at,srv_hers')).toBe('at,srv_hers');
});
