import {
  Meter,
  METERS,
  type BilledCurrency,
  type Catalog,
  type FieldError,
  type OwnPrice,
  type Price,
} from '@berth/contracts';
import { hasBegun, neededPrices, PriceBook, seriesOf } from '@berth/pricing';

/** What was agreed before, and what it is decided by. */
export interface Circumstances {
  catalog: Catalog;
  now: Date;
  /** Whether anything of the account's was ever billed: then its first months have a currency. */
  hasUsage: boolean;
}

/** A new list, or why it cannot be, with a pointer to each row that is at fault. */
export type Change<Row> = { rows: Row[]; errors?: undefined } | { rows?: undefined; errors: FieldError[] };

/**
 * The currencies of an account after a change: those of months that have begun stay, others come with months to come. The first one
 * may come with the current month, as long as nothing is billed yet.
 */
export function changedCurrencies(
  known: readonly BilledCurrency[],
  wanted: readonly BilledCurrency[],
  { catalog, now, hasUsage }: Circumstances,
): Change<BilledCurrency> {
  const rows = wanted.map(({ currency, activeFrom }) => ({ currency, activeFrom: instant(activeFrom) }));
  const begun = known.filter((row) => hasBegun(row, now));
  const isFirst = begun.length === 0 && !hasUsage;
  const lost = begun
    .filter((row) => !rows.some((each) => isSame(row, each)))
    .map(({ currency, activeFrom }) => ({
      pointer: '/currencies',
      detail: `${currency} is billed since ${activeFrom} and has to stay`,
    }));
  const faults = rows.flatMap((row, index) => {
    const at = (field: string, detail: string) => ({ pointer: `/currencies/${index}/${field}`, detail });
    if (begun.some((each) => isSame(row, each))) return [];
    return [
      ...(rows.findIndex(({ activeFrom }) => activeFrom === row.activeFrom) < index
        ? [at('activeFrom', 'stands here twice')]
        : []),
      ...(hasBegun(row, now) && !(isFirst && row.activeFrom === monthOf(now))
        ? [at('activeFrom', isFirst ? 'must not lie before this month' : 'must lie in the future')]
        : []),
      ...(isPriced(catalog, row.currency, hasBegun(row, now) ? new Date(row.activeFrom) : now)
        ? []
        : [at('currency', NOT_PRICED)]),
    ];
  });
  const errors = [...lost, ...faults];
  return errors.length > 0 ? { errors } : { rows: rows.toSorted(byTime) };
}

/** The prices of an account after a change: one that has begun stays as it is, but for its end, as long as that lies in the future. */
export function changedPrices(
  known: readonly OwnPrice[],
  wanted: readonly OwnPrice[],
  { catalog, now }: Circumstances,
): Change<OwnPrice> {
  const rows = wanted.map((row) => ({
    ...row,
    activeFrom: instant(row.activeFrom),
    activeUntil: row.activeUntil && instant(row.activeUntil),
  }));
  const begun = known.filter((row) => hasBegun(row, now));
  const lost = begun
    .filter((row) => !rows.some((each) => isSame(startOf(row), startOf(each))))
    .map((row) => ({ pointer: '/prices', detail: `${describe(row)} has begun: it can be ended, no more` }));
  const faults = rows.flatMap((row, index) => {
    const at = (field: string, detail: string) => ({ pointer: `/prices/${index}/${field}`, detail });
    const before = begun.find((each) => isSame(startOf(row), startOf(each)));
    const overlapping = rows.findIndex((each) => overlap(each, row));
    return [
      ...(overlapping >= 0 && overlapping < index
        ? [at('activeFrom', `overlaps with /prices/${overlapping}`)]
        : []),
      ...(before ? endFaults(before, row, now) : newFaults(row, catalog, now)).map(([field, detail]) =>
        at(field, detail),
      ),
    ];
  });
  const errors = [...lost, ...faults];
  return errors.length > 0 ? { errors } : { rows: rows.toSorted(bySeries) };
}

const metersBySize = (bySize: boolean) =>
  Meter.options.filter((meter) => METERS[meter].bySize === bySize).join(' and ');
const SIZE_IS_FOR = `is for ${metersBySize(true)}, and null for ${metersBySize(false)}`;
const NOT_PRICED = 'is not one in which the catalog has a price for everything';

type Fault = [field: string, detail: string];

/** An end that is over stays; one that is not may become another that is not. */
function endFaults(before: OwnPrice, { activeUntil }: OwnPrice, now: Date): Fault[] {
  if (before.activeUntil === activeUntil) return [];
  const isOver = before.activeUntil !== null && Date.parse(before.activeUntil) <= now.getTime();
  if (isOver) return [['activeUntil', `is over since ${before.activeUntil} and has to stay`]];
  if (activeUntil === null || Date.parse(activeUntil) > now.getTime()) return [];
  return [['activeUntil', 'must lie in the future']];
}

function newFaults(row: OwnPrice, catalog: Catalog, now: Date): Fault[] {
  const { meter, size, region, currency, activeFrom, activeUntil } = row;
  const isFine: [field: string, isFine: boolean, detail: string][] = [
    ['size', METERS[meter].bySize === (size !== null), SIZE_IS_FOR],
    ['size', size === null || catalog.sizes.some(({ id }) => id === size), 'is not a size'],
    ['region', catalog.regions.some(({ id }) => id === region), 'is not a region'],
    ['currency', isPriced(catalog, currency, now), NOT_PRICED],
    ['activeFrom', !hasBegun(row, now), 'must lie in the future'],
    ['activeUntil', activeUntil === null || activeUntil > activeFrom, 'must be later than activeFrom'],
  ];
  return isFine.filter(([, fine]) => !fine).map(([field, , detail]) => [field, detail]);
}

/** Whether all that may be used has a price in a currency everywhere, at that moment and so from then on: none ever ends. */
function isPriced({ regions, sizes, prices }: Catalog, currency: string, at: Date): boolean {
  const book = new PriceBook(prices, { currency });
  return regions.every(({ id: region }) =>
    neededPrices(sizes).every((needed) => book.find({ ...needed, region }, at)),
  );
}

const instant = (text: string) => new Date(text).toISOString();
const monthOf = (now: Date) => `${now.toISOString().slice(0, 7)}-01T00:00:00.000Z`;

const isSame = (a: object, b: object) =>
  Object.entries(a).every(([key, value]) => (b as Record<string, unknown>)[key] === value);
const startOf = ({ activeUntil: _, ...row }: OwnPrice): Price => row;
const describe = (row: OwnPrice) => `${row.perMinute} for ${seriesOf(row)} from ${row.activeFrom}`;

/** Of two rows of one series; a row does not overlap with itself. */
const overlap = (a: OwnPrice, b: OwnPrice): boolean =>
  a !== b &&
  seriesOf(a) === seriesOf(b) &&
  (b.activeUntil === null || a.activeFrom < b.activeUntil) &&
  (a.activeUntil === null || b.activeFrom < a.activeUntil);

const byTime = (a: { activeFrom: string }, b: { activeFrom: string }) =>
  a.activeFrom < b.activeFrom ? -1 : 1;
const bySeries = (a: OwnPrice, b: OwnPrice) => seriesOf(a).localeCompare(seriesOf(b)) || byTime(a, b);
