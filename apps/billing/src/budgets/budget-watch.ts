import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { CatalogCopy } from '@berth/catalog-copy';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { Budgets } from './budgets.ts';
import { BudgetHints } from './hints.ts';

const EVERY_MILLISECONDS = 5_000;

/** Looks after budgets in one replica: those of which the moment has come, and those of accounts that may spend faster now. */
@Injectable()
export class BudgetWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Budgets');
  private readonly leader: Leader;
  /** Of the catalog by whose prices it was last said when to look. */
  private revision?: number;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly budgets: Budgets,
    private readonly hints: BudgetHints,
    private readonly catalog: CatalogCopy,
  ) {
    this.leader = new Leader(
      connection,
      'budget-watch',
      regularly(EVERY_MILLISECONDS, (tenure) => this.sweep(tenure)),
    );
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  /** An account that fails waits for the next sweep and keeps no other waiting. */
  async sweep(tenure: AbortSignal): Promise<void> {
    const catalog = await this.catalog.latest();
    if (!catalog) return;
    if (catalog.revision !== this.revision) {
      await this.budgets.lookAtAll();
      this.revision = catalog.revision;
    }
    for (const accountId of new Set([...(await this.budgets.due()), ...(await this.hints.accounts())])) {
      if (tenure.aborted) return;
      await this.budgets
        .look(accountId)
        .catch((error: unknown) =>
          this.logger.error(error, `The budget of ${accountId} cannot be looked at`),
        );
    }
  }
}
