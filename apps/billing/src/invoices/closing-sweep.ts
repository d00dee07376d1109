import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { Closings } from './closings.ts';
import { Corrections } from './corrections.ts';
import { DueMonths } from './due-months.ts';
import { Dunning } from './dunning.ts';
import { VendorDetails, type Vendor } from './vendor.ts';

const EVERY_MILLISECONDS = 10_000;
const NEVER = new AbortController().signal;

/**
 * Closes months whose time has come, corrects what was said of former ones, and asks for what is past due, in one replica. It looks for what is due
 * instead of waiting for a moment, so time in which nothing ran is made up for, and two that do it at once come to the same.
 */
@Injectable()
export class ClosingSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ClosingSweep.name);
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly months: DueMonths,
    private readonly closings: Closings,
    private readonly corrections: Corrections,
    private readonly dunning: Dunning,
    private readonly vendor: VendorDetails,
    private readonly catalog: CatalogCopy,
    private readonly clock: Clock,
  ) {
    this.leader = new Leader(
      connection,
      'invoice-sweep',
      regularly(EVERY_MILLISECONDS, (tenure) => this.sweep(tenure)),
    );
  }

  onApplicationBootstrap(): void {
    if (this.vendor.known) this.leader.start();
    else
      this.logger.error(
        'Nothing is invoiced: set BERTH_VENDOR_FILE to a file with the details of the vendor',
      );
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  /** Does what is due now. Throws 503 `dependency_unavailable` when it is not known who issues invoices. */
  async sweep(tenure: AbortSignal = NEVER): Promise<void> {
    const vendor = this.vendor.expect();
    // Without prices nothing can be worked out: they are on their way.
    if (!(await this.catalog.latest())) return;
    await this.closeDue(vendor, tenure);
    await this.each(this.corrections.due(this.clock.now()), tenure, 'corrected', (closing) =>
      this.corrections.correct(closing),
    );
    await this.each(this.dunning.due(this.clock.now()), tenure, 'asked for', (invoice) =>
      this.dunning.proceed(invoice),
    );
  }

  private async closeDue(vendor: Vendor, tenure: AbortSignal): Promise<void> {
    const now = this.clock.now();
    await this.months.find(now, vendor, tenure);
    await this.each(this.months.due(now, vendor), tenure, 'closed', ({ accountId, month }) =>
      this.closings.closeDue(accountId, month),
    );
  }

  /** One that fails waits for the next sweep and does not stop the others. */
  private async each<Thing extends { accountId: string; month: string }>(
    things: AsyncIterable<Thing>,
    tenure: AbortSignal,
    done: string,
    work: (thing: Thing) => Promise<unknown>,
  ): Promise<void> {
    for await (const thing of things) {
      if (tenure.aborted) return;
      await work(thing).catch((error: unknown) =>
        this.logger.error(error, `${thing.month} of ${thing.accountId} cannot be ${done}`),
      );
    }
  }
}
