import type { Catalog, OfferedCatalog, Price, Product } from '@berth/contracts';
import { hasBegun, seriesOf, type PriceBook } from '@berth/pricing';

/** What customers see of a catalog: no images, no boot templates, no prices that are over. */
export function offerOf({ revision, regions, sizes, products, prices }: Catalog, now: Date): OfferedCatalog {
  return {
    revision,
    regions,
    sizes: sizes.map(({ rank: _rank, instanceType: _instanceType, ...size }) => size),
    products: products.map(({ id, name, description, versions, disk, minSize }) => ({
      id,
      name,
      description,
      versions: versions.map((version) => ({
        id: version.id,
        regions: regions.map((region) => region.id).filter((region) => region in version.images),
        upgradesTo: version.upgradesTo,
      })),
      sizes: sizesFrom(minSize, sizes),
      disk,
    })),
    prices: withoutPast(prices, now),
  };
}

/** The same with the prices of a book, in its one currency. */
export function offerAtPrices(catalog: Catalog, book: PriceBook, now: Date): OfferedCatalog {
  return { ...offerOf(catalog, now), prices: book.shownAt(now), currency: book.currency };
}

function sizesFrom(minSize: Product['minSize'], sizes: Catalog['sizes']): string[] {
  const least = sizes.find(({ id }) => id === minSize);
  if (!least) throw new Error(`The catalog was published without its size ${minSize}`);
  return sizes.filter(({ rank }) => rank >= least.rank).map(({ id }) => id);
}

/** The rows in force and those announced: what a later row that has begun replaced is left out. */
export function withoutPast(prices: readonly Price[], now: Date): Price[] {
  return prices.filter(
    (row) =>
      !prices.some(
        (later) =>
          seriesOf(later) === seriesOf(row) && later.activeFrom > row.activeFrom && hasBegun(later, now),
      ),
  );
}
