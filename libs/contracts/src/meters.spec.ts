import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Price } from './catalog.ts';
import { Meter, METERS, ofEachMeter } from './meters.ts';
import { UsageRecord } from './usage.ts';

test('whoever reads of meters is told which are not sent yet', () => {
  const unsent = Meter.options.filter((meter) => !METERS[meter].isSent);
  const told = { enum: Meter.options, 'x-not-sent-yet': unsent };
  expect(unsent).toEqual(['backup']);
  for (const schema of [Price, UsageRecord])
    expect(z.toJSONSchema(schema).properties?.['meter']).toMatchObject(told);
});

test('each meter has a field of its own where there is one for each', () => {
  expect(ofEachMeter((meter) => METERS[meter].unit)).toEqual({
    compute: 'minute',
    disk: 'gib_minute',
    backup: 'gib_minute',
  });
});
