import { expect, test } from '@jest/globals';
import { filterOf, spanOf, wantedIn } from './filter.ts';

test('the page’s address says what is looked for', () => {
  const wanted = wantedIn(new URLSearchParams('?actor=usr_1&outcome=denied&unknown=1'));
  expect(wanted).toEqual({ actor: 'usr_1', action: '', outcome: 'denied', from: '', to: '' });
  expect(filterOf(wanted)).toEqual({ actor: 'usr_1', outcome: 'denied' });
});

test('both days are included', () => {
  const { from = '', to = '' } = spanOf({ from: '2026-11-22', to: '2026-11-22' });
  expect(new Date(from)).toEqual(new Date(2026, 10, 22));
  expect(new Date(to)).toEqual(new Date(2026, 10, 23));
});

test.each(['', '2026', 'yesterday', '2026-11-22T10:00'])('%j is no day', (day) =>
  expect(spanOf({ from: day, to: day })).toEqual({}),
);
