import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { compareCostBy } from '../prices/dearer.ts';
import { disorder, run } from './history.fixture.ts';
import { packed, unpacked, type OpenPages } from './open-pages.ts';

jest.setTimeout(120_000);

const compareCost = compareCostBy({ find: () => undefined });

/** Whatever the order in which they were read; months of which nothing is left are not stored. */
const content = ({ intervals, records, voided, months }: OpenPages) => ({
  intervals: intervals.toSorted((a, b) => a.meter.localeCompare(b.meter) || a.openedBy - b.openedBy),
  records: records.toSorted((a, b) => a._id.localeCompare(b._id)),
  voided,
  months: months.filter(({ sums, rest }) => sums.length + rest.length > 0),
});

describe('the pages kept with a ledger', () => {
  test('are those that would be read, whatever arrives twice, late or in disorder and whenever it is cut', () => {
    let kept = 0;
    fc.assert(
      fc.property(disorder, ([, steps]) => {
        for (const { pages, read } of run(steps, compareCost).kept) {
          expect(content(pages)).toEqual(content(read));
          kept++;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(kept).toBeGreaterThan(1_000);
  });

  const pages: OpenPages = { intervals: [], records: [], voided: [], months: [] };

  test('belong to one version of it', () => {
    expect(unpacked(packed(pages, 3), 3)).toEqual(pages);
    expect(unpacked(packed(pages, 3), 4)).toBeUndefined();
    expect(unpacked(undefined, 3)).toBeUndefined();
  });

  test('are none while anything is void, so that voids are read each time', () => {
    const voided = [{ meter: 'compute', from: new Date(0), to: new Date(60_000) } as const];
    expect(packed({ ...pages, voided }, 1)).toBeUndefined();
  });

  test('are none when they are much', () => {
    const facts = Array.from({ length: 80 }, (_, index) => ({
      serverId: 'srv_1',
      accountId: 'acc_1',
      sequence: index + 1,
      at: new Date(Date.UTC(2026, 2, 1, 10, index)),
      product: 'web',
      region: 'eu-central-1',
      size: 'small',
      diskGib: 20,
      computeBilled: index % 2 === 0,
      diskBilled: true,
    }));
    const few = run(
      facts.slice(0, 10).map((fact) => ({ fact })),
      compareCost,
    ).kept;
    const many = run(
      facts.map((fact) => ({ fact })),
      compareCost,
    ).kept;
    expect(few).toHaveLength(9);
    expect(many.length).toBeGreaterThan(few.length);
    expect(many.length).toBeLessThan(60);
  });
});
