import { Controller } from '@nestjs/common';
import { GetCatalog, GetQuote, routes } from '@berth/contracts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class CatalogController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.catalog)
  read() {
    return this.bus.ask(GetCatalog, {});
  }

  @Endpoint(routes.quote)
  quote(@Given() { body }: InputOf<'quote'>) {
    return this.bus.ask(GetQuote, body);
  }
}
