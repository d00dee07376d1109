import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { MongoModule } from '@berth/mongo';
import { TermsCopyModule } from '@berth/terms-copy';
import { Config } from './config.ts';
import { PriceDesk } from './prices/price-desk.ts';
import { PriceHandlers } from './prices/price.handlers.ts';
import { CatalogHandlers } from './publication/catalog.handlers.ts';
import { Publication } from './publication/publication.ts';
import { RevisionModel } from './publication/revision.model.ts';
import { QuoteHandlers } from './quotes/quote.handlers.ts';
import { Quotes } from './quotes/quotes.ts';

/**
 * Answers `GetOffer`, `GetCatalog`, `QuoteFor`, `GetQuote`, `GetPriceBook`, `PreviewPrices` and `ApplyPrices`. Obeys `SendCatalog`. Publishes `CatalogPublished`, at the start as well.
 * Owns `revisions`; keeps copies of the terms of accounts.
 */
@Module({})
export class CatalogModule {
  static forRoot(config: Config, database = 'berth_catalog'): DynamicModule {
    return {
      module: CatalogModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database }),
        BusModule.forRoot({ service: 'catalog', amqpUrl: config.amqpUrl, passportKeys: config.passportKeys }),
        TermsCopyModule.forRoot('catalog'),
        MongooseModule.forFeature([RevisionModel]),
      ],
      controllers: [CatalogHandlers, QuoteHandlers, PriceHandlers],
      providers: [Publication, Quotes, PriceDesk, { provide: Config, useValue: config }],
    };
  }
}
