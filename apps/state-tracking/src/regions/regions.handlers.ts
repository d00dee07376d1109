import { Controller } from '@nestjs/common';
import { CatalogPublished, type Catalog } from '@berth/contracts';
import { OnEvent } from '@berth/messaging';
import { Regions } from './regions.ts';

@Controller()
export class RegionsHandlers {
  constructor(private readonly regions: Regions) {}

  @OnEvent(CatalogPublished)
  learn(catalog: Catalog) {
    return this.regions.learn(catalog);
  }
}
