import { expect, test } from '@jest/globals';
import { gaugeOf, isSet, percentsText, type SetBudget } from './gauge.ts';

const budget = (fields: Partial<SetBudget> = {}): SetBudget => ({
  amount: '200.00',
  warnAt: [50, 80],
  action: 'none',
  currency: 'EUR',
  month: '2026-11',
  used: '100',
  forecast: '180',
  percent: 50,
  state: 'warned',
  acted: null,
  updatedAt: '2026-11-01T00:00:00.000Z',
  ...fields,
});

test('a gauge leaves room beyond the budget, whose end is a tick', () => {
  expect(gaugeOf(budget())).toEqual({
    used: 40,
    forecast: 72,
    ticks: [
      { percent: 50, at: 40, isCrossed: true },
      { percent: 80, at: 64, isCrossed: false },
      { percent: 100, at: 80, isCrossed: false },
    ],
  });
});

test('a gauge grows with what is used, and with where the month is heading, up to twice the budget', () => {
  expect(gaugeOf(budget({ used: '300', forecast: '300' }))).toMatchObject({ used: 100, forecast: 100 });
  const far = gaugeOf(budget({ forecast: '5000' }));
  expect(far).toMatchObject({ used: 25, forecast: 100 });
  expect(far.ticks.at(-1)).toEqual({ percent: 100, at: 50, isCrossed: false });
});

test('a whole budget is one tick, also when a warning is wanted there', () => {
  expect(gaugeOf(budget({ warnAt: [50, 100] })).ticks.map(({ percent }) => percent)).toEqual([50, 100]);
});

test('a budget is set when it has an amount', () => {
  expect(isSet(budget())).toBe(true);
  expect(isSet({ ...budget(), amount: null, percent: null })).toBe(false);
});

test.each([
  [[100], '100 %'],
  [[50, 80, 100], '50 %, 80 % and 100 %'],
])('%j is said as %s', (percents, text) => expect(percentsText(percents)).toBe(text));
