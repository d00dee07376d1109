import { z } from 'zod';
import { Price } from './catalog.ts';
import { Decimal } from './fields.ts';
import { request } from './message.ts';

/** A price, and whose word it is: that of the deployed catalog file, or staff's over the API. */
export const BookedPrice = Price.extend({ source: z.enum(['file', 'staff']) });
export type BookedPrice = z.output<typeof BookedPrice>;

/** The prices of all currencies, as staff decide about them. */
export const BookedPrices = z.object({
  /** That of the catalog: a price list is applied to the one it was previewed on. */
  revision: z.number().int().positive(),
  /** In force and announced. */
  prices: z.array(BookedPrice),
  /** What staff have announced, as YAML to go on from: a list that is applied takes its place. */
  yaml: z.string(),
});
export type BookedPrices = z.output<typeof BookedPrices>;

/** A figure of a price. */
const PriceFigure = z.object({
  perMinute: Decimal,
  /** 730 hours: of one server, or of one GiB. */
  perMonth: Decimal,
});

/** What becomes other with a price row, from its `activeFrom` on. */
export const PriceChange = z.object({
  ...Price.omit({ perMinute: true }).shape,
  kind: z.enum(['added', 'changed', 'removed']),
  /** What would hold at that time otherwise; null: nothing, for it has never been priced. */
  before: PriceFigure.nullable(),
  /** What holds then; null: nothing. */
  after: PriceFigure.nullable(),
  /** By how much it rises, with one decimal: `-8.3`; null without a price before. */
  percent: Decimal.nullable(),
});
export type PriceChange = z.output<typeof PriceChange>;

/** Something wrong in a price list. */
export const PriceFault = z.object({
  /** In the YAML, from 1. */
  line: z.number().int().positive(),
  /** Where it stands: `prices[0].compute.small`; empty for all of it. */
  key: z.string(),
  message: z.string(),
});
export type PriceFault = z.output<typeof PriceFault>;

export const PricePreview = z.object({
  revision: z.number().int().positive(),
  /** Soonest first; none when anything is wrong. */
  changes: z.array(PriceChange),
  faults: z.array(PriceFault),
});
export type PricePreview = z.output<typeof PricePreview>;

export const AppliedPrices = PricePreview.omit({ faults: true });
export type AppliedPrices = z.output<typeof AppliedPrices>;

/** A price list as in the catalog file: YAML with the one key `prices`. */
export const PriceListBody = z.strictObject({ yaml: z.string().min(1).max(200_000) });
export const NewPriceList = PriceListBody.extend({
  /** The revision that was looked at when this was decided. */
  basedOnRevision: z.number().int().positive(),
});

/** Every price in force or announced, in all currencies. */
export const GetPriceBook = request(
  'catalog',
  'berth.catalog.get-price-book.v1',
  z.object({}),
  BookedPrices,
  'staff:read',
);

/** What a price list would change, or all that is wrong with it; nothing is done. */
export const PreviewPrices = request(
  'catalog',
  'berth.catalog.preview-prices.v1',
  PriceListBody,
  PricePreview,
  'staff:read',
);

/**
 * Staff announce prices: the list takes the place of what they had announced before, what has begun stays. All of it or nothing: 400
 * `invalid_request` with every fault, 409 `changed_meanwhile` when the catalog has moved on.
 */
export const ApplyPrices = request(
  'catalog',
  'berth.catalog.apply-prices.v1',
  NewPriceList,
  AppliedPrices,
  'staff:write',
);
