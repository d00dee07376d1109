import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import type { Accepted, Catalog, Server, TaggedServer } from '@berth/contracts';
import { PriceBook } from '@berth/pricing';
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
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** A view of servers with one look at the catalog. */
  async viewer(): Promise<(server: ServerDocument) => Server> {
    const context = {
      prices: this.pricesOf(await this.catalog.current()),
      serverUrl: (host: string) => this.config.serverUrl(host),
      now: this.clock.now(),
    };
    return (server) => serverView(server, context);
  }

  async server(server: ServerDocument): Promise<Server> {
    return (await this.viewer())(server);
  }

  async tagged(server: ServerDocument): Promise<TaggedServer> {
    return { ...(await this.server(server)), etag: entityTagOf(server) };
  }

  /** The server with the operation just begun on it. */
  async accepted(server: ServerDocument): Promise<Accepted> {
    if (!server.operation) throw new Error(`${server._id} has no operation`);
    return { server: await this.server(server), operation: operationView(server.operation) };
  }

  /** Made once for each catalog. */
  private pricesOf(catalog: Catalog): PriceBook {
    if (this.read?.catalog !== catalog) this.read = { catalog, prices: new PriceBook(catalog.prices) };
    return this.read.prices;
  }
}
