import { money } from './money.ts';

/** A month has 730 hours wherever prices are shown. */
const MINUTES_OF_A_MONTH = 730 * 60;

interface Priced {
  meter: 'compute' | 'disk';
  size: string | null;
  currency: string;
  perMinute: string;
}

/** What a price is for: `Compute, small`, `Disk`. */
export const pricedThing = ({ meter, size }: Pick<Priced, 'meter' | 'size'>): string =>
  meter === 'disk' ? 'Disk' : `Compute, ${size}`;

/** A price as one reads it: of a server per hour, of disk per GiB-month; in floats, which nobody is billed by. */
export const priceText = ({ meter, perMinute, currency }: Omit<Priced, 'size'>): string =>
  meter === 'disk'
    ? `${money(Number(perMinute) * MINUTES_OF_A_MONTH, currency)} per GiB-month`
    : `${money(Number(perMinute) * 60, currency)} per hour`;
