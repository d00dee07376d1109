import {
  BootTemplate,
  Currency,
  DiskLimits,
  HealthCheck,
  Instant,
  METERS,
  ofEachMeter,
  Product,
  Region,
  Size,
  Version,
  type Meter,
} from '@berth/contracts';
import { z } from 'zod';

/** An amount of money per minute, above zero. A bare YAML number would be a float, and money never is one. */
const PerMinute = z
  .string({ error: 'must be a decimal number in quotes, such as "0.0042"' })
  .regex(/^\d+(\.\d{1,12})?$/, 'must be a decimal number with at most 12 decimals, such as "0.0042"')
  .refine((text) => /[1-9]/.test(text), 'must be more than zero');

const WholeMinute = Instant.refine(
  (text) => Date.parse(text) % 60_000 === 0,
  'must be a whole UTC minute, such as 2026-01-01T00:00:00Z',
).transform((text) => new Date(text).toISOString());

/** What one unit of a meter costs per minute: by size, or one price for all. */
const MeterPrices = (meter: Meter) =>
  (METERS[meter].bySize ? z.record(z.string(), PerMinute) : PerMinute).optional();

/** Prices of one region that come into force together, each meter's under its name. A later list need only hold what changes. */
export const PriceList = z.strictObject({
  region: z.string(),
  currency: Currency,
  activeFrom: WholeMinute,
  ...ofEachMeter(MeterPrices),
});
export type PriceList = z.output<typeof PriceList>;

/**
 * The catalog as a vendor writes it: the published {@link Catalog} but for prices, which stand in lists, and for the
 * rank of a size, which is its place in the list (smallest first). Unknown keys are refused, so that typos are found.
 */
export const CatalogFile = z.strictObject({
  regions: z.array(z.strictObject(Region.shape)).min(1),
  sizes: z.array(z.strictObject(Size.omit({ rank: true }).shape)).min(1),
  prices: z.array(PriceList).min(1),
  products: z
    .array(
      z.strictObject({
        ...Product.shape,
        versions: z.array(z.strictObject(Version.shape)).min(1),
        disk: z.strictObject(DiskLimits.shape),
        health: z.strictObject(HealthCheck.shape),
        boot: z.strictObject({
          ...BootTemplate.shape,
          files: z.array(z.strictObject(BootTemplate.shape.files.element.shape)),
        }),
      }),
    )
    .min(1),
});
export type CatalogFile = z.output<typeof CatalogFile>;
export type ProductEntry = CatalogFile['products'][number];
