import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CatalogCopyModule } from '@berth/catalog-copy';
import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { MongoModule } from '@berth/mongo';
import { accounts } from './accounts/accounts.part.ts';
import { budgets } from './budgets/budgets.part.ts';
import { Config } from './config.ts';
import { costs } from './costs/costs.part.ts';
import { credits } from './credits/credits.part.ts';
import { feed } from './feed/feed.part.ts';
import { invoiceDocuments } from './invoice-documents/invoice-documents.part.ts';
import { invoices } from './invoices/invoices.part.ts';
import type { Part } from './part.ts';
import { reconciliation } from './reconciliation/reconciliation.part.ts';
import { terms } from './terms/terms.part.ts';
import { usage } from './usage/usage.part.ts';
import { voids } from './voids/voids.part.ts';

/** From what servers did to invoices. What each part answers, consumes, publishes and owns stands in its folder, `<folder>.part.ts`. */
const partsOf = ({ vendor, invoiceBucket }: Config): Part[] => [
  accounts,
  terms,
  // What was used, and what it costs
  usage,
  voids,
  costs,
  budgets,
  // What has to be paid
  credits,
  invoices(vendor),
  invoiceDocuments(invoiceBucket),
  // What others make of it
  feed,
  reconciliation,
];

/** Keeps a copy of the catalog besides. */
@Module({})
export class BillingModule {
  static forRoot(config: Config, database = 'berth_billing'): DynamicModule {
    const parts = partsOf(config);
    return {
      module: BillingModule,
      imports: [
        ClockModule.forRoot(),
        MongoModule.forRoot({ uri: config.mongoUri, database }),
        BusModule.forRoot({ service: 'billing', amqpUrl: config.amqpUrl, passportKeys: config.passportKeys }),
        CatalogCopyModule.forRoot('billing'),
        MongooseModule.forFeature(parts.flatMap(({ models }) => models)),
      ],
      controllers: parts.flatMap(({ controllers }) => controllers),
      providers: [{ provide: Config, useValue: config }, ...parts.flatMap(({ providers }) => providers)],
    };
  }
}
