import type { Price } from '@berth/contracts';
import { METERS } from './meters.ts';
import { money } from './money.ts';

/** A month has 730 hours wherever prices are shown. */
const MINUTES_OF_A_MONTH = 730 * 60;

type Priced = Pick<Price, 'meter' | 'size' | 'currency' | 'perMinute'>;

/** What a price is for: `Compute, small`, `Disk`. */
export const pricedThing = ({ meter, size }: Pick<Priced, 'meter' | 'size'>): string =>
  [METERS[meter].name, ...(size === null ? [] : [size])].join(', ');

/** A price as one reads it: of a server per hour, of a GiB per month; in floats, which nobody is billed by. */
export const priceText = ({ meter, perMinute, currency }: Omit<Priced, 'size'>): string =>
  METERS[meter].unit === 'gib_minute'
    ? `${money(Number(perMinute) * MINUTES_OF_A_MONTH, currency)} per GiB-month`
    : `${money(Number(perMinute) * 60, currency)} per hour`;
