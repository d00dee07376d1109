import type { CatalogCopy } from '@berth/catalog-copy';
import type { Catalog } from '@berth/contracts';
import { problem } from '../errors.ts';

/** The catalog as it is now. Throws 503 `catalog_missing` before the first has arrived. */
export async function currentCatalog(copy: CatalogCopy): Promise<Catalog> {
  const catalog = await copy.latest();
  if (!catalog) throw problem('catalog_missing');
  return catalog;
}
