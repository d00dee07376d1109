import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { CatalogPublished, type Catalog, type OfferedCatalog } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { isDuplicateKey, Transactions } from '@berth/mongo';
import { AccountPrices } from '@berth/pricing';
import { TermsCopy } from '@berth/terms-copy';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import { InvalidCatalogFile, readCatalogFile, type CatalogContent } from '../file/read-catalog-file.ts';
import { offerAtPrices, offerOf } from '../offer/offer.ts';
import { changesOfThePast } from '../prices/price-history.ts';
import { RevisionModel, type Revision } from './revision.model.ts';

/** Publishes the catalog file when it says something new, and whenever somebody asks. */
@Injectable()
export class Publication implements OnApplicationBootstrap {
  private readonly logger = new Logger(Publication.name);

  constructor(
    @InjectModel(RevisionModel.name) private readonly revisions: Model<Revision>,
    private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly terms: TermsCopy,
  ) {}

  /** A file that cannot be used keeps the service from starting: the catalog published before stays in force. */
  async onApplicationBootstrap(): Promise<void> {
    await this.publish(await readCatalogFile(this.config.catalogFile, this.clock.now()));
  }

  /** Publishes the current catalog again, as the revision it is. Inside a transaction. */
  async repeat(): Promise<void> {
    await this.outbox.publish(CatalogPublished, await this.current());
  }

  /** What anybody may see of the current catalog, with the prices of all currencies. */
  async offer(): Promise<OfferedCatalog> {
    return offerOf(await this.current(), this.clock.now());
  }

  /** What the customers of an account see of it, at the prices that hold for them. */
  async offerTo(accountId: string): Promise<OfferedCatalog> {
    const [catalog, terms] = await Promise.all([this.current(), this.terms.of(accountId)]);
    const now = this.clock.now();
    return offerAtPrices(catalog, new AccountPrices(catalog.prices, terms).bookAt(now), now);
  }

  /** The catalog last published, by whichever replica. */
  async current(): Promise<Catalog> {
    const latest = await this.latest();
    if (!latest) throw new Error('No catalog has been published');
    return latest;
  }

  private async publish(content: CatalogContent): Promise<void> {
    try {
      await this.transactions.run(() => this.append(content));
    } catch (error) {
      // Another replica took the number first, most likely with the same file.
      if (!isDuplicateKey(error, '_id')) throw error;
      await this.publish(content);
    }
  }

  private async append(content: CatalogContent): Promise<void> {
    const latest = await this.latest();
    if (latest?.digest === content.digest) return;
    const now = this.clock.now();
    const forbidden = changesOfThePast(latest?.prices ?? [], content.prices, now);
    if (forbidden.length > 0) throw new InvalidCatalogFile(this.config.catalogFile, forbidden);

    const catalog = { ...content, revision: (latest?.revision ?? 0) + 1 };
    await this.revisions.create({ _id: catalog.revision, catalog, publishedAt: now });
    await this.outbox.publish(CatalogPublished, catalog);
    this.transactions.afterCommit(() =>
      this.logger.log(`Published revision ${catalog.revision} of the catalog`),
    );
  }

  private async latest(): Promise<Catalog | undefined> {
    const revision = await this.revisions.findOne().sort({ _id: -1 }).lean();
    return revision?.catalog;
  }
}
