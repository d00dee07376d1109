import type { CatalogCopy } from '@berth/catalog-copy';
import type { Catalog } from '@berth/contracts';
import { problem } from '@berth/messaging';

/** The catalog as it is now. Throws 503 `dependency_unavailable` before the first has arrived. */
export async function currentCatalog(copy: CatalogCopy): Promise<Catalog> {
  const catalog = await copy.latest();
  if (!catalog) throw problem('dependency_unavailable', { detail: 'The catalog has not arrived yet.' });
  return catalog;
}
