import { Controller } from '@nestjs/common';
import { CatalogPublished, type Catalog } from '@berth/contracts';
import { OnEvent } from '@berth/messaging';
import { Prices } from './prices.ts';

@Controller()
export class PricesHandlers {
  constructor(private readonly prices: Prices) {}

  @OnEvent(CatalogPublished)
  published(catalog: Catalog) {
    return this.prices.keep(catalog);
  }
}
