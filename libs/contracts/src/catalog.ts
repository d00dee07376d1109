import { z } from 'zod';
import { HealthCheck } from './agent.ts';
import { AccountId, Currency, Decimal, Instant } from './fields.ts';
import { command, event, request } from './message.ts';
import { Meter } from './meters.ts';

const Slug = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/);

export const Region = z.object({
  /** The AWS region, `eu-central-1`. */
  id: z.string(),
  name: z.string(),
  /** Availability zones servers may be placed in, best first. */
  zones: z.array(z.string()).min(1),
});
export type Region = z.output<typeof Region>;

export const Size = z.object({
  id: Slug,
  name: z.string(),
  /** Order of the sizes: a product's least size and every larger rank are offered. */
  rank: z.number().int(),
  instanceType: z.string(),
  vcpu: z.number().int().positive(),
  memoryGib: z.number().positive(),
});
export type Size = z.output<typeof Size>;

export const Version = z.object({
  id: Slug,
  /** Machine image by region; a version is offered where it has one. */
  images: z.record(z.string(), z.string().regex(/^ami-[0-9a-f]{8,17}$/)),
  /** Versions a server of this one may be upgraded to. */
  upgradesTo: z.array(Slug),
});
export type Version = z.output<typeof Version>;

/**
 * What turns a bare image into the product: files and commands, with `{{placeholders}}` that provisioning fills in
 * (`hostname`, `serverName`, `serverId`, `version`, `size`, `region`, `dataPath`). The data disk is mounted at
 * `dataPath` before the first command runs; the commands run on every boot and must bear it.
 */
export const BootTemplate = z.object({
  /** Where the data disk is mounted. */
  dataPath: z.string().startsWith('/'),
  files: z.array(
    z.object({
      path: z.string().startsWith('/'),
      permissions: z.string().default('0644'),
      content: z.string(),
    }),
  ),
  /** Shell commands that start the product, in order. */
  start: z.array(z.string()),
  /** From RunInstances to ready; later than this a launch has failed. */
  bootTimeoutSeconds: z.number().int().positive(),
});
export type BootTemplate = z.output<typeof BootTemplate>;

export const DiskLimits = z.object({
  minGib: z.number().int().positive(),
  maxGib: z.number().int().positive(),
  defaultGib: z.number().int().positive(),
});

export const Product = z.object({
  id: Slug,
  name: z.string(),
  description: z.string(),
  /** Newest first. */
  versions: z.array(Version).min(1),
  /** The least size it runs on. */
  minSize: Slug,
  disk: DiskLimits,
  /** What the security group opens to the world: TCP ports. */
  ports: z.array(z.number().int().min(1).max(65535)),
  health: HealthCheck,
  boot: BootTemplate,
});
export type Product = z.output<typeof Product>;

/**
 * The price of one unit for one minute, in force from `activeFrom` (a whole UTC minute) until a later row of the same
 * meter, size, region and currency. `compute`: one server of `size`. `disk` and `backup`:
 * one GiB (shown per GiB-month of 730 hours).
 */
export const Price = z.object({
  meter: Meter,
  size: Slug.nullable(),
  region: z.string(),
  currency: Currency,
  perMinute: Decimal,
  activeFrom: Instant,
});
export type Price = z.output<typeof Price>;

export const Catalog = z.object({
  /** SHA-256 of the content, hex: equal catalogs are the same catalog. */
  digest: z.string(),
  /** Grows with every published change. */
  revision: z.number().int().positive(),
  regions: z.array(Region),
  sizes: z.array(Size),
  products: z.array(Product),
  prices: z.array(Price),
});
export type Catalog = z.output<typeof Catalog>;

/** All that can be bought, whole: when it has changed, and whenever a service asks for it. */
export const CatalogPublished = event('berth.catalog.published.v1', Catalog);

/** Makes catalog publish the whole of it again, for a service that starts without one and is not ready before. */
export const SendCatalog = command(
  'catalog',
  'berth.catalog.send-catalog.v1',
  z.object({ requestedBy: z.string() }),
);

/** What customers see of a product: no images, no boot template. `sizes` are the ids it is offered in. */
export const OfferedProduct = z.object({
  id: Slug,
  name: z.string(),
  description: z.string(),
  versions: z.array(z.object({ id: Slug, regions: z.array(z.string()), upgradesTo: z.array(Slug) })),
  sizes: z.array(Slug),
  disk: DiskLimits,
});

export const OfferedCatalog = z.object({
  revision: z.number().int(),
  regions: z.array(Region),
  sizes: z.array(Size.omit({ rank: true, instanceType: true })),
  products: z.array(OfferedProduct),
  /** The rows in force now and those announced. */
  prices: z.array(Price),
  /** Set where the prices are those of one account: the one currency they are in. */
  currency: Currency.optional(),
});
export type OfferedCatalog = z.output<typeof OfferedCatalog>;

/**
 * What a customer sees: no images, no instance types, no boot templates, no prices that are over; prices as they hold for the
 * account, in the currency it is billed in.
 */
export const GetOffer = request(
  'catalog',
  'berth.catalog.get-offer.v1',
  z.object({ accountId: AccountId }),
  OfferedCatalog,
  'catalog:read',
);

/** The same for nobody in particular, with the prices of all currencies: for staff, and for gateways of 0.1.0. */
export const GetCatalog = request(
  'catalog',
  'berth.catalog.get-catalog.v1',
  z.object({}),
  OfferedCatalog,
  'catalog:read',
);
