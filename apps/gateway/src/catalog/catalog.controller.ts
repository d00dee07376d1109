import { Controller } from '@nestjs/common';
import { GetCatalog, routes } from '@berth/contracts';
import { Bus } from '../bus/bus.ts';
import { Endpoint } from '../http/endpoint.ts';

@Controller()
export class CatalogController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.catalog)
  read() {
    return this.bus.ask(GetCatalog, {});
  }
}
