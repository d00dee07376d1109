import type { Catalog, FieldError, Product, QuoteBody, Region, Size, Version } from '@berth/contracts';

/** What a customer asks the catalog for. */
export type Order = QuoteBody;

/** What an order means in the catalog. */
export interface Offer {
  product: Product;
  version: Version;
  size: Size;
  region: Region;
  image: string;
  /** Zones to try, best first; one alone when the customer named it. */
  zones: string[];
}

/** Finds what is ordered, or says of each field that does not fit why it doesn't. */
export function findOffer(
  catalog: Catalog,
  order: Order,
): { offer: Offer; errors?: undefined } | { offer?: undefined; errors: FieldError[] } {
  const product = catalog.products.find(({ id }) => id === order.product);
  const region = catalog.regions.find(({ id }) => id === order.region);
  const size = catalog.sizes.find(({ id }) => id === order.size);
  const version = product?.versions.find(({ id }) => id === order.version);
  const image = version?.images[order.region];
  const least = catalog.sizes.find(({ id }) => id === product?.minSize);
  const errors: FieldError[] = [];
  const refuse = (field: string, detail: string) => errors.push({ pointer: `/${field}`, detail });

  if (!product) refuse('product', 'is not offered');
  else if (!version) refuse('version', `${product.id} has no such version`);
  if (!region) refuse('region', 'is not offered');
  else if (version && !image) refuse('region', `version ${version.id} is not offered there`);
  if (region && order.zone !== undefined && !region.zones.includes(order.zone)) {
    refuse('zone', `is not one of ${region.zones.join(', ')}`);
  }
  if (!size) refuse('size', 'is not offered');
  else if (product && least && size.rank < least.rank)
    refuse('size', `${product.id} needs ${least.id} at least`);
  if (product && (order.diskGib < product.disk.minGib || order.diskGib > product.disk.maxGib)) {
    refuse('diskGib', `must be between ${product.disk.minGib} and ${product.disk.maxGib}`);
  }
  if (errors.length || !product || !version || !size || !region || !image) return { errors };
  return {
    offer: { product, version, size, region, image, zones: order.zone ? [order.zone] : region.zones },
  };
}
