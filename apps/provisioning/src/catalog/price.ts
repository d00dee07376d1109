import type { Catalog, Price, ServerPrice } from '@berth/contracts';
import { Decimal } from 'decimal.js';

const MINUTES_PER_HOUR = 60;
/** A month has 730 hours wherever prices are shown. */
const MINUTES_PER_MONTH = 730 * MINUTES_PER_HOUR;
const CURRENCY = 'USD';

interface Configuration {
  size: string;
  region: string;
  diskGib: number;
}

/** What a server costs by the rows in force at that moment; a meter without a row costs nothing. */
export function priceOf(
  { prices }: Pick<Catalog, 'prices'>,
  configuration: Configuration,
  at: Date,
): ServerPrice {
  const { size, region, diskGib } = configuration;
  const rate = (meter: Price['meter'], ofSize: string | null) =>
    new Decimal(inForce(prices, { meter, size: ofSize, region }, at)?.perMinute ?? 0);
  const paused = rate('disk', null).times(diskGib);
  const perMinute = rate('compute', size).plus(paused);
  return {
    currency: CURRENCY,
    perMinute: perMinute.toFixed(),
    perHour: perMinute.times(MINUTES_PER_HOUR).toFixed(),
    perMonth: perMinute.times(MINUTES_PER_MONTH).toFixed(),
    pausedPerMinute: paused.toFixed(),
  };
}

function inForce(
  prices: readonly Price[],
  wanted: Pick<Price, 'meter' | 'size' | 'region'>,
  at: Date,
): Price | undefined {
  return prices
    .filter(
      ({ meter, size, region, currency, activeFrom }) =>
        meter === wanted.meter &&
        size === wanted.size &&
        region === wanted.region &&
        currency === CURRENCY &&
        Date.parse(activeFrom) <= at.getTime(),
    )
    .reduce<Price | undefined>(
      (latest, row) => (!latest || Date.parse(row.activeFrom) > Date.parse(latest.activeFrom) ? row : latest),
      undefined,
    );
}
