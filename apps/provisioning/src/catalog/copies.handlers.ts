import { Controller, type OnApplicationBootstrap } from '@nestjs/common';
import {
  AccountChanged,
  CatalogPublished,
  SendAccountSnapshots,
  SendCatalog,
  type DataOf,
} from '@berth/contracts';
import { OnEvent, Outbox, type MessageContext } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { Readiness } from '@berth/telemetry';
import { Standings } from '../accounts/standings.ts';
import { Suspensions } from '../accounts/suspensions.ts';
import { CatalogCopy } from './catalog-copy.ts';

const requestedBy = 'provisioning';

/** Keeps our copies of what others own, and asks for them when they are empty. Ready means that the catalog is there. */
@Controller()
export class CopiesHandlers implements OnApplicationBootstrap {
  constructor(
    private readonly catalog: CatalogCopy,
    private readonly standings: Standings,
    private readonly suspensions: Suspensions,
    private readonly outbox: Outbox,
    private readonly transactions: Transactions,
    readiness: Readiness,
  ) {
    readiness.add('catalog', () => this.catalog.isThere());
  }

  @OnEvent(CatalogPublished)
  catalogPublished(catalog: DataOf<typeof CatalogPublished>) {
    return this.catalog.accept(catalog);
  }

  @OnEvent(AccountChanged)
  accountChanged(changed: DataOf<typeof AccountChanged>, context: MessageContext) {
    return this.suspensions.accept(changed, context);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.transactions.run(async () => {
      if (!(await this.catalog.isThere())) await this.outbox.send(SendCatalog, { requestedBy });
      if (await this.standings.isEmpty()) await this.outbox.send(SendAccountSnapshots, { requestedBy });
    });
  }
}
