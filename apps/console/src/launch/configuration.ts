import type { OfferedCatalog } from '@berth/contracts';

/** What is launched, but for its name: as the API takes it, `zone` null where Berth shall choose. */
export interface Configuration {
  product: string;
  version: string;
  size: string;
  region: string;
  zone: string | null;
  diskGib: number;
}

type Product = OfferedCatalog['products'][number];
type Version = Product['versions'][number];

/**
 * The configuration nearest to what is wanted that the catalog offers; what is not wanted is recommended: the first
 * product, its newest version, one size above the least, its usual disk. Null: the catalog offers nothing at all.
 */
export function fitted(catalog: OfferedCatalog, wanted: Partial<Configuration>): Configuration | null {
  const product = catalog.products.find(({ id }) => id === wanted.product) ?? catalog.products[0];
  if (!product) return null;
  const version = product.versions.find(({ id }) => id === wanted.version) ?? product.versions[0];
  const size = product.sizes.find((id) => id === wanted.size) ?? product.sizes[1] ?? product.sizes[0];
  const regions = regionsOf(catalog, version);
  const region = regions.find(({ id }) => id === wanted.region) ?? regions[0];
  if (!version || !size || !region) return null;
  return {
    product: product.id,
    version: version.id,
    size,
    region: region.id,
    zone: region.zones.find((zone) => zone === wanted.zone) ?? null,
    diskGib: withinLimits(product, wanted.diskGib ?? product.disk.defaultGib),
  };
}

/** Where a version can be had, in the catalog's order. */
export const regionsOf = (catalog: OfferedCatalog, version: Version | undefined) =>
  catalog.regions.filter(({ id }) => version?.regions.includes(id));

const withinLimits = ({ disk }: Product, gib: number) =>
  Math.round(Math.min(disk.maxGib, Math.max(disk.minGib, gib)));

const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** Where the slider of a disk stops: round sizes between the limits, close to each other where disks are small. */
export function diskStops({ minGib, maxGib, defaultGib }: Product['disk']): number[] {
  const round = [10, 100, 1_000, 10_000].flatMap((tens) => ROUND.map((digit) => digit * tens));
  const within = round.filter((gib) => gib > minGib && gib < maxGib);
  return [...new Set([minGib, ...within, defaultGib, maxGib])].sort((a, b) => a - b);
}

/** The index of the stop that is nearest to a size typed by hand. */
export function nearestStop(stops: readonly number[], gib: number): number {
  const distances = stops.map((stop) => Math.abs(stop - gib));
  return distances.indexOf(Math.min(...distances));
}
