import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { MongoModule } from '@berth/mongo';
import type { Config } from './config.ts';
import { PricesHandlers } from './prices/prices.handlers.ts';
import { PriceListModel } from './prices/prices.model.ts';
import { Prices } from './prices/prices.ts';
import { FactModel } from './usage/fact.model.ts';
import { Facts } from './usage/facts.ts';
import { UsageSweep } from './usage/usage-sweep.ts';
import { Intervals } from './usage/interval-store.ts';
import { IntervalModel } from './usage/interval.model.ts';
import { LedgerModel } from './usage/ledger.model.ts';
import { Ledgers } from './usage/ledgers.ts';
import { Metering } from './usage/metering.ts';
import { RecordModel } from './usage/record.model.ts';
import { Records } from './usage/records.ts';
import { UsageHandlers } from './usage/usage.handlers.ts';
import { UsageList } from './usage/usage-list.ts';

/**
 * Consumes every event of a server's lifecycle and `CatalogPublished`; answers `ListUsage`.
 * Publishes `UsageRecorded`; sends `SendCatalog`.
 * Owns `facts`, `intervals`, `usage_records`, `ledgers` (one per server) and a copy of the `price_list`.
 */
@Module({})
export class BillingModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: BillingModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database: config.database }),
        BusModule.forRoot({ service: 'billing', amqpUrl: config.amqpUrl }),
        MongooseModule.forFeature([FactModel, IntervalModel, LedgerModel, RecordModel, PriceListModel]),
      ],
      controllers: [UsageHandlers, PricesHandlers],
      providers: [Facts, Intervals, Ledgers, Records, Prices, Metering, UsageSweep, UsageList],
    };
  }
}
