import { Controller } from '@nestjs/common';
import { ApplyPrices, GetPriceBook, PreviewPrices, routes, type StaffPrincipal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class PricesController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.readPrices)
  read() {
    return this.bus.ask(GetPriceBook, {});
  }

  @Endpoint(routes.previewPrices)
  preview(@Given() { body }: InputOf<'previewPrices'>) {
    return this.bus.ask(PreviewPrices, body);
  }

  @Endpoint(routes.applyPrices)
  apply(@Caller() { actor }: StaffPrincipal, @Given() { body, idempotencyKey }: InputOf<'applyPrices'>) {
    return this.bus.order(ApplyPrices, body, { actor }, idempotencyKey);
  }
}
