import type { ConfigurationPrice, Quote, Rate, ServerPrice } from '@berth/contracts';
import type { Decimal } from 'decimal.js';
import { Exact } from './amount.ts';
import type { PriceBook } from './price-book.ts';

const MINUTES_PER_HOUR = 60;
/** A month has 730 hours wherever prices are shown. */
const MINUTES_PER_MONTH = 730 * MINUTES_PER_HOUR;

/** The part of a server's configuration that its price depends on. */
export interface Configuration {
  size: string;
  region: string;
  diskGib: number;
}

/** What a server shows as its price at that moment. Throws `MissingPrice`. */
export function serverPrice(book: PriceBook, configuration: Configuration, at: Date): ServerPrice {
  const { running, paused } = priceAt(book, configuration, at);
  return { currency: book.currency, ...running, pausedPerMinute: paused.perMinute };
}

/** What a server of this configuration costs at that moment, and from each announced change on. Throws `MissingPrice`. */
export function quote(book: PriceBook, configuration: Configuration, at: Date): Quote {
  const changes = book.changesAfter(at, computeOf(configuration), diskOf(configuration));
  return {
    currency: book.currency,
    ...priceAt(book, configuration, at),
    changes: changes.map((change) => ({
      activeFrom: change.toISOString(),
      ...priceAt(book, configuration, change),
    })),
  };
}

function priceAt(book: PriceBook, configuration: Configuration, at: Date): ConfigurationPrice {
  const compute = book.inForce(computeOf(configuration), at);
  const disk = book.inForce(diskOf(configuration), at);
  const computePerMinute = new Exact(compute.perMinute);
  const diskPerMinute = new Exact(disk.perMinute).times(configuration.diskGib);
  return {
    running: rate(computePerMinute.plus(diskPerMinute)),
    paused: rate(diskPerMinute),
    compute: { ...rate(computePerMinute), activeFrom: compute.activeFrom },
    disk: { ...rate(diskPerMinute), activeFrom: disk.activeFrom },
  };
}

const computeOf = ({ size, region }: Configuration) => ({ meter: 'compute', size, region }) as const;
const diskOf = ({ region }: Configuration) => ({ meter: 'disk', size: null, region }) as const;

/** What a price per minute comes to. */
export const rateOf = (perMinute: string): Rate => rate(new Exact(perMinute));

const rate = (perMinute: Decimal): Rate => ({
  perMinute: perMinute.toFixed(),
  perHour: perMinute.times(MINUTES_PER_HOUR).toFixed(),
  perMonth: perMinute.times(MINUTES_PER_MONTH).toFixed(),
});
