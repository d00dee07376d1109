import { expect, test } from '@jest/globals';
import { neededPrices } from './needed-prices.ts';

test('every size and the disk need a price; what is not sent yet needs none', () => {
  expect(neededPrices([{ id: 'small' }, { id: 'large' }])).toEqual([
    { meter: 'compute', size: 'small' },
    { meter: 'compute', size: 'large' },
    { meter: 'disk', size: null },
  ]);
});
