import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { ServiceName } from '@berth/contracts';
import { CatalogCopy, KEEPER } from './catalog-copy.ts';
import { CatalogHandlers } from './catalog.handlers.ts';
import { KeptCatalogModel } from './kept-catalog.model.ts';

/**
 * A copy of the catalog for all modules of a service: {@link CatalogCopy} can be injected. Needs `BusModule` and
 * `MongoModule` beside it. Consumes `CatalogPublished`; sends `SendCatalog`. Owns `catalog`.
 */
@Module({})
export class CatalogCopyModule {
  static forRoot(service: ServiceName): DynamicModule {
    return {
      module: CatalogCopyModule,
      global: true,
      imports: [MongooseModule.forFeature([KeptCatalogModel])],
      controllers: [CatalogHandlers],
      providers: [{ provide: KEEPER, useValue: service }, CatalogCopy],
      exports: [CatalogCopy],
    };
  }
}
