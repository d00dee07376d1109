import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { CatalogPublished, type Catalog, type OfferedCatalog, type Price } from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { isDuplicateKey, Transactions } from '@berth/mongo';
import { AccountPrices } from '@berth/pricing';
import { TermsCopy } from '@berth/terms-copy';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import {
  catalogText,
  digestOf,
  InvalidCatalogFile,
  parseCatalog,
  type CatalogContent,
} from '../file/read-catalog-file.ts';
import { offerAtPrices, offerOf } from '../offer/offer.ts';
import { contradictions, merged } from '../prices/merged.ts';
import type { Booked } from '../prices/planned.ts';
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
    await this.publish(await catalogText(this.config.catalogFile));
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
    const revision = await this.revisions.findOne({}, { catalog: 1 }).sort({ _id: -1 }).lean();
    if (!revision) throw new Error('No catalog has been published');
    return revision.catalog;
  }

  /** The same with whose its prices are. */
  async booked(): Promise<Booked> {
    const latest = await this.latest();
    if (!latest) throw new Error('No catalog has been published');
    return latest;
  }

  /** Publishes a catalog with other prices, and returns its revision. Inside a transaction. Throws 409 `changed_meanwhile`. */
  async reprice(
    { catalog, filed }: Booked,
    { prices, applied }: Pick<Booked, 'applied'> & Pick<Catalog, 'prices'>,
  ) {
    const next = numbered({ ...catalog, prices }, catalog.revision + 1);
    await this.append({ catalog: next, filed, applied }).catch((error: unknown) => {
      throw isDuplicateKey(error, '_id') ? problem('changed_meanwhile', { cause: error }) : error;
    });
    return next.revision;
  }

  private async publish(text: string): Promise<void> {
    try {
      await this.transactions.run(() => this.publishFile(text));
    } catch (error) {
      // Another replica took the number first, most likely with the same file.
      if (!isDuplicateKey(error, '_id')) throw error;
      await this.publish(text);
    }
  }

  /** What staff have applied goes on beside the file, whichever file that is. */
  private async publishFile(text: string): Promise<void> {
    const { catalogFile } = this.config;
    const now = this.clock.now();
    const latest = await this.latest();
    const applied = latest?.applied ?? [];
    const { digest: _, ...content } = parseCatalog(catalogFile, text, now, applied);
    const filed = content.prices;
    const catalog = numbered(
      { ...content, prices: merged(filed, applied) },
      (latest?.catalog.revision ?? 0) + 1,
    );
    const forbidden = [
      ...contradictions(filed, applied),
      ...changesOfThePast(latest?.catalog.prices ?? [], catalog.prices, now),
    ];
    if (forbidden.length > 0) throw new InvalidCatalogFile(catalogFile, forbidden);
    if (latest?.catalog.digest === catalog.digest && isDeepStrictEqual(latest.filed, filed)) return;
    await this.append({ catalog, filed, applied });
  }

  private async append({ catalog, filed, applied }: Booked): Promise<void> {
    const { revision } = catalog;
    await this.revisions.create({ _id: revision, catalog, filed, applied, publishedAt: this.clock.now() });
    await this.outbox.publish(CatalogPublished, catalog);
    this.transactions.afterCommit(() => this.logger.log(`Published revision ${revision} of the catalog`));
  }

  private async latest(): Promise<Booked | undefined> {
    const revision = await this.revisions.findOne().sort({ _id: -1 }).lean();
    if (!revision) return undefined;
    const { catalog, filed = catalog.prices, applied = await this.appliedBefore() } = revision;
    return { catalog, filed, applied };
  }

  /** What staff had applied before 0.1.0, which knows of none, published a file again. */
  private async appliedBefore(): Promise<Price[]> {
    const repriced = await this.revisions
      .findOne({ applied: { $exists: true } })
      .sort({ _id: -1 })
      .lean();
    return repriced?.applied ?? [];
  }
}

/** A content as this revision of the catalog. */
function numbered(
  { regions, sizes, products, prices }: Omit<CatalogContent, 'digest'>,
  revision: number,
): Catalog {
  const content = { regions, sizes, products, prices };
  return { digest: digestOf(content), ...content, revision };
}
