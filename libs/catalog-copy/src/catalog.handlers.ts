import { Controller } from '@nestjs/common';
import { CatalogPublished, type Catalog } from '@berth/contracts';
import { OnEvent } from '@berth/messaging';
import { CatalogCopy } from './catalog-copy.ts';

@Controller()
export class CatalogHandlers {
  constructor(private readonly copy: CatalogCopy) {}

  /** Kept, when it is newer than the copy that is here. */
  @OnEvent(CatalogPublished)
  published(catalog: Catalog) {
    return this.copy.keep(catalog);
  }
}
