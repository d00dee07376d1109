import { describe, expect, test } from '@jest/globals';
import type { CostGroup } from '@berth/contracts';
import { stackOf } from './days.ts';
import { minus } from './decimal.ts';
import { daysOf, monthAfter, monthIn, monthOf } from './months.ts';

test('what is left of an amount is exact', () => {
  expect(minus('0.3', ['0.1'])).toBe('0.2');
  expect(minus('0.79562168', ['0.7563', '0.03932168'])).toBe('0');
  expect(minus('12345678901234567890.01', ['0.005'])).toBe('12345678901234567890.005');
  expect(minus('1', ['1.25'])).toBe('-0.25');
  expect(minus('-0.5', ['-1'])).toBe('0.5');
  expect(minus('10', [])).toBe('10');
});

describe('months', () => {
  test('have their days', () => {
    expect(daysOf('2024-02')).toHaveLength(29);
    expect(daysOf('2026-11').at(0)).toBe('2026-11-01');
    expect(daysOf('2026-12').at(-1)).toBe('2026-12-31');
  });

  test('follow each other over the year', () => {
    expect(monthAfter('2026-12', 1)).toBe('2027-01');
    expect(monthAfter('2026-01', -2)).toBe('2025-11');
  });

  test('are those of UTC', () => {
    expect(monthOf(Date.UTC(2026, 10, 30, 23, 59))).toBe('2026-11');
  });

  test('in an address are taken when they are months, and not to come', () => {
    expect(monthIn('2026-10', '2026-11')).toBe('2026-10');
    for (const text of [null, '', '2026-13', '2026-12', 'october'])
      expect(monthIn(text, '2026-11')).toBe('2026-11');
  });
});

describe('the days of a month', () => {
  const group = (more: Partial<CostGroup>): CostGroup => ({
    key: '2026-11-02',
    total: '1',
    forecast: '1',
    meters: [],
    ...more,
  });

  test('are stacked from the dearest servers and the others together, with what is to come', () => {
    const { parts, days } = stackOf('2026-11', [
      group({
        total: '1.5',
        forecast: '2',
        servers: [
          { id: 'srv_1', total: '0.9' },
          { id: 'srv_2', total: '0.5' },
        ],
      }),
      group({ key: '2026-11-03', total: '0', forecast: '3' }),
    ]);
    expect(parts.map(({ key }) => key)).toEqual(['srv_1', 'srv_2', 'others', 'forecast']);
    expect(days).toHaveLength(30);
    expect(days[0]).toEqual({ day: '2026-11-01', total: '0', parts: {} });
    expect(days[1]?.parts).toEqual({ srv_1: '0.9', srv_2: '0.5', others: '0.1', forecast: '0.5' });
    expect(days[2]?.parts).toEqual({ others: '0', forecast: '3' });
  });

  test('are stacked by meter where servers are not told apart, and parts that are nothing are left out', () => {
    const cost = { total: '1', forecast: '1', quantity: 1 };
    const { parts } = stackOf('2026-11', [
      group({ meters: [{ ...cost, meter: 'compute', unit: 'minute' }] }),
    ]);
    expect(parts).toEqual([{ key: 'compute', kind: 'meter' }]);
  });
});
