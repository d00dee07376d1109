import { Controller } from '@nestjs/common';
import { GetCatalog, GetOffer, QuoteFor, routes, type AnyPrincipal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class CatalogController {
  constructor(private readonly bus: Bus) {}

  /** Staff, who buy nothing, see the prices of all currencies. */
  @Endpoint(routes.catalog)
  read(@Caller() { accountId, role }: AnyPrincipal) {
    return role === 'staff' ? this.bus.ask(GetCatalog, {}) : this.bus.ask(GetOffer, { accountId });
  }

  @Endpoint(routes.quote)
  quote(@Caller() { accountId }: AnyPrincipal, @Given() { body }: InputOf<'quote'>) {
    return this.bus.ask(QuoteFor, { ...body, accountId });
  }
}
