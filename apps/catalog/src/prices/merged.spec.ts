import { expect, test } from '@jest/globals';
import type { Price } from '@berth/contracts';
import { contradictions, merged } from './merged.ts';

const row = (perMinute: string, activeFrom: string): Price => ({
  meter: 'compute',
  ...{ size: 'micro', region: 'us-east-1', currency: 'USD' },
  ...{ perMinute, activeFrom },
});
const january = row('0.1', '2027-01-01T00:00:00.000Z');
const march = row('0.2', '2027-03-01T00:00:00.000Z');

test('what a file and staff say stands once, in the order of a file', () => {
  expect(merged([march], [january])).toEqual([january, march]);
  expect(merged([march, january], [{ ...january, perMinute: '0.10' }])).toEqual([january, march]);
});

test('a file that says another figure of a row that staff have applied contradicts it', () => {
  expect(contradictions([{ ...january, perMinute: '0.10' }, march], [january])).toEqual([]);
  expect(contradictions([{ ...january, perMinute: '0.3' }], [january])).toEqual([
    expect.stringMatching(
      /^The price 0\.3 for compute of micro .* contradicts 0\.1, which staff have applied/,
    ),
  ]);
});
