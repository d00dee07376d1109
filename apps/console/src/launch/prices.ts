import type { OfferedCatalog, Price, Quote } from '@berth/contracts';

/** A part of a price as it is shown. */
export interface ShownRate {
  perHour: string | number;
  perMonth: string | number;
}

/** What a configuration costs, as a quote says it. */
export interface ShownPrice {
  currency: string;
  /** Compute and disk. */
  running: ShownRate;
  /** The disk alone. */
  paused: ShownRate;
  compute: ShownRate;
  disk: ShownRate;
  changes: Quote['changes'];
}

const HOUR_MINUTES = 60;
const MONTH_MINUTES = 730 * HOUR_MINUTES;

const rate = (perMinute: number): ShownRate => ({
  perHour: perMinute * HOUR_MINUTES,
  perMonth: perMinute * MONTH_MINUTES,
});

interface Priced {
  size: string;
  region: string;
  diskGib: number;
}

/**
 * The price by the catalog, for the moment until the API's quote is here and for what is shown beside it: in floats,
 * which nobody is billed by. Undefined: the catalog has no price for it.
 */
export function priceOf(catalog: OfferedCatalog, wanted: Priced, now: Date): ShownPrice | undefined {
  const compute = computeRow(catalog, wanted, now);
  const disk = inForce(catalog, 'disk', null, wanted.region, now);
  if (!compute || !disk) return undefined;
  const diskPerMinute = Number(disk.perMinute) * wanted.diskGib;
  return {
    currency: compute.currency,
    running: rate(Number(compute.perMinute) + diskPerMinute),
    paused: rate(diskPerMinute),
    compute: rate(Number(compute.perMinute)),
    disk: rate(diskPerMinute),
    changes: [],
  };
}

/** What a size alone costs while it runs. */
export function computePrice(catalog: OfferedCatalog, wanted: Omit<Priced, 'diskGib'>, now: Date) {
  const row = computeRow(catalog, wanted, now);
  return row && { currency: row.currency, ...rate(Number(row.perMinute)) };
}

const computeRow = (catalog: OfferedCatalog, { size, region }: Omit<Priced, 'diskGib'>, now: Date) =>
  inForce(catalog, 'compute', size, region, now);

/** Of the rows for it the latest that has begun, in the currency that the account is billed in. */
function inForce(
  { prices, currency }: OfferedCatalog,
  meter: Price['meter'],
  size: string | null,
  region: string,
  now: Date,
): Price | undefined {
  const oldestFirst = prices.toSorted((a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom));
  return oldestFirst.findLast(
    (price) =>
      price.meter === meter &&
      price.size === size &&
      price.region === region &&
      price.currency === (currency ?? oldestFirst[0]?.currency) &&
      Date.parse(price.activeFrom) <= now.getTime(),
  );
}
