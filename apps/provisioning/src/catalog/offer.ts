import type { Catalog, FieldError, LaunchServerBody, Product, Region, Size, Version } from '@berth/contracts';
import { problem } from '@berth/messaging';

/** What a launch order means in the catalog. */
export interface Offer {
  product: Product;
  version: Version;
  size: Size;
  region: Region;
  image: string;
  /** Zones to try, best first; one alone when the customer named it. */
  zones: string[];
}

type Order = Pick<LaunchServerBody, 'product' | 'version' | 'size' | 'region' | 'zone' | 'diskGib'>;

/** Finds what is ordered. Throws 422 `unknown_offer` with one error for each field that does not fit. */
export function offerFor(catalog: Catalog, order: Order): Offer {
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
  if (errors.length || !product || !version || !size || !region || !image) {
    throw problem('unknown_offer', { errors });
  }
  return { product, version, size, region, image, zones: order.zone ? [order.zone] : region.zones };
}
