import type { MeterUnit } from '@berth/contracts';

/** Thousands apart, and no digit left out. */
export const QUANTITY = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

export const UNITS: Readonly<Record<MeterUnit, string>> = {
  minute: 'minutes',
  gib_minute: 'GiB-minutes',
};
