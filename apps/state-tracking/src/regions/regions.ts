import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { Servers } from '../servers/servers.ts';

/** The regions in which there may be servers. */
@Injectable()
export class Regions {
  constructor(
    private readonly catalog: CatalogCopy,
    private readonly servers: Servers,
  ) {}

  /** Those of the catalog, and those where servers are though the catalog has dropped them or is not known yet. */
  async all(): Promise<string[]> {
    const [catalog, used] = await Promise.all([this.catalog.latest(), this.servers.regions()]);
    return [...new Set([...(catalog?.regions.map(({ id }) => id) ?? []), ...used])];
  }
}
