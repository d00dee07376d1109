import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import type { Accepted, Catalog, Server, TaggedServer } from '@berth/contracts';
import { AccountPrices, PriceBook } from '@berth/pricing';
import { TermsCopy } from '@berth/terms-copy';
import { Config } from '../config.ts';
import { operationView } from '../operations/operations.ts';
import { entityTagOf } from './entity-tag.ts';
import type { ServerDocument } from './server.model.ts';
import { serverView } from './server.view.ts';

/** Servers as they are shown, at today's prices. */
@Injectable()
export class Views {
  private read?: { catalog: Catalog; prices: PriceBook };

  constructor(
    private readonly catalog: CatalogCopy,
    private readonly terms: TermsCopy,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** A view of an account's servers with one look at the catalog and at its terms. */
  async viewer(accountId: string): Promise<(server: ServerDocument) => Server> {
    const now = this.clock.now();
    const context = {
      prices: await this.pricesOf(accountId, now),
      serverUrl: (host: string) => this.config.serverUrl(host),
      now,
    };
    return (server) => serverView(server, context);
  }

  async server(server: ServerDocument): Promise<Server> {
    return (await this.viewer(server.accountId))(server);
  }

  async tagged(server: ServerDocument): Promise<TaggedServer> {
    return { ...(await this.server(server)), etag: entityTagOf(server) };
  }

  /** The server with the operation just begun on it. */
  async accepted(server: ServerDocument): Promise<Accepted> {
    if (!server.operation) throw new Error(`${server._id} has no operation`);
    return { server: await this.server(server), operation: operationView(server.operation) };
  }

  private async pricesOf(accountId: string, now: Date): Promise<PriceBook> {
    const [catalog, terms] = await Promise.all([this.catalog.current(), this.terms.of(accountId)]);
    return terms ? new AccountPrices(catalog.prices, terms).bookAt(now) : this.listPrices(catalog);
  }

  /** Made once for each catalog. */
  private listPrices(catalog: Catalog): PriceBook {
    if (this.read?.catalog !== catalog) this.read = { catalog, prices: new PriceBook(catalog.prices) };
    return this.read.prices;
  }
}
