import { Controller } from '@nestjs/common';
import { GetCatalog, GetOffer, SendCatalog, type DataOf } from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { Publication } from './publication.ts';

@Controller()
export class CatalogHandlers {
  constructor(private readonly publication: Publication) {}

  @OnRequest(GetOffer)
  offer({ accountId }: DataOf<typeof GetOffer>) {
    return this.publication.offerTo(accountId);
  }

  @OnRequest(GetCatalog)
  get() {
    return this.publication.offer();
  }

  /** Publishes the current revision again. */
  @OnCommand(SendCatalog)
  send() {
    return this.publication.repeat();
  }
}
