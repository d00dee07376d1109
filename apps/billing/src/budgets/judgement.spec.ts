import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge, nextAmount, percentOf, rearmed, type Done, type Limits, type Spent } from './judgement.ts';

const limits = (fields: Partial<Limits> = {}): Limits => ({
  amount: '100',
  warnAt: [50, 80],
  action: 'block_launches',
  ...fields,
});
const nothing: Done = { month: '2026-03', reached: [], acted: null };
const spent = (used: string, month = '2026-03'): Spent => ({
  month,
  used,
  currency: 'EUR',
  at: new Date('2026-03-10T10:00:00Z'),
});

describe('what is used of a budget', () => {
  test('crosses each threshold once, when it is reached and not a fraction of a cent before', () => {
    expect(judge(limits(), nothing, spent('49.999999999999'))).toEqual({ done: nothing, crossed: [] });
    const first = judge(limits(), nothing, spent('50'));
    expect(first).toEqual({ done: { ...nothing, reached: [50] }, crossed: [50] });
    expect(judge(limits(), first.done, spent('79.99'))).toEqual({ done: first.done, crossed: [] });
    const rest = judge(limits(), first.done, spent('100'));
    expect(rest.crossed).toEqual([80, 100]);
    expect(rest.done.acted).toMatchObject({ action: 'block_launches', amount: '100', used: '100' });
    expect(judge(limits(), rest.done, spent('250'))).toEqual({ done: rest.done, crossed: [] });
  });

  test('is told when it is all, whatever warnings are wanted, and nothing is done by an action that is none', () => {
    const { done, crossed } = judge(limits({ warnAt: [90], action: 'none' }), nothing, spent('101'));
    expect({ crossed, acted: done.acted }).toEqual({ crossed: [90, 100], acted: null });
  });

  test('undoes nothing when less is found used later in the month', () => {
    const { done } = judge(limits(), nothing, spent('100'));
    expect(judge(limits(), done, spent('10'))).toEqual({ done, crossed: [] });
  });

  test('begins anew with the month', () => {
    const { done } = judge(limits(), nothing, spent('100'));
    const next = judge(limits(), done, spent('55', '2026-04'));
    expect(next).toEqual({ done: { month: '2026-04', reached: [50], acted: null }, crossed: [50] });
  });

  test('is said in whole percent, rounded down, of amounts that no float holds', () => {
    expect(percentOf('0.30', '0.299999999999')).toBe(99);
    expect(percentOf('0.30', '0.3')).toBe(100);
    expect(percentOf('999999999.99', '0')).toBe(0);
    expect(percentOf('0.01', '1000')).toBe(10_000_000);
  });
});

describe('a budget that people change', () => {
  const { done } = judge(limits(), nothing, spent('100'));

  test('and raise above what is used is free, and what is no longer crossed can be crossed again', () => {
    const raised = limits({ amount: '150' });
    const armed = rearmed(raised, done, spent('100'));
    expect(armed).toEqual({ ...nothing, reached: [50] });
    expect(judge(raised, armed, spent('120')).crossed).toEqual([80]);
  });

  test('and lower acts at once, and not again for what was told', () => {
    const { done: half } = judge(limits(), nothing, spent('55'));
    const lower = limits({ amount: '60' });
    expect(judge(lower, rearmed(lower, half, spent('55')), spent('55')).crossed).toEqual([80]);
  });

  test('and give another action acts by that one', () => {
    const pausing = limits({ action: 'pause_servers' });
    const later = { ...spent('130'), at: new Date('2026-03-11T10:00:00Z') };
    const { done: now, crossed } = judge(pausing, rearmed(pausing, done, later), later);
    expect({ crossed, acted: now.acted }).toMatchObject({
      crossed: [],
      acted: { action: 'pause_servers', used: '130', at: later.at },
    });
    const none = limits({ action: 'none' });
    expect(judge(none, rearmed(none, now, later), later).done.acted).toBeNull();
  });

  test('and raise, though not above what is used, goes on as it was', () => {
    const raised = limits({ amount: '99' });
    expect(judge(raised, rearmed(raised, done, spent('100')), spent('100'))).toEqual({ done, crossed: [] });
  });

  test('and take away restricts nothing', () => {
    expect(rearmed(null, done, spent('100'))).toEqual(nothing);
    expect(judge(null, done, spent('100'))).toEqual({ done: { ...done, acted: null }, crossed: [] });
  });
});

test('however much is used between two looks, each threshold is crossed once and in order', () => {
  const amounts = fc.integer({ min: 1, max: 100_000 });
  const warnings = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(amounts, warnings, fc.array(fc.integer({ min: 0, max: 5_000 })), (cents, warnAt, steps) => {
      const budget = limits({ amount: (cents / 100).toFixed(2), warnAt: warnAt.toSorted((a, b) => a - b) });
      let [done, used, crossed]: [Done, number, number[]] = [nothing, 0, []];
      for (const step of steps) {
        used += step;
        const now = spent((used / 100).toFixed(2));
        const next = nextAmount(budget, done);
        const judged = judge(budget, done, now);
        // Something is crossed just when as much is used as the next look is worked out from.
        expect(judged.crossed.length > 0).toBe(next !== null && used / 100 >= Number(next));
        [done, crossed] = [judged.done, [...crossed, ...judged.crossed]];
      }
      const all = [...new Set([...budget.warnAt, 100])].filter((percent) => used * 100 >= cents * percent);
      expect(crossed).toEqual(all.sort((a, b) => a - b));
    }),
  );
});
