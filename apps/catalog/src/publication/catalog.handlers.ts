import { GetCatalog, SendCatalog } from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { Controller } from '@nestjs/common';
import { Publication } from './publication.ts';

@Controller()
export class CatalogHandlers {
  constructor(private readonly publication: Publication) {}

  @OnRequest(GetCatalog)
  get() {
    return this.publication.offer();
  }

  @OnCommand(SendCatalog)
  send() {
    return this.publication.repeat();
  }
}
