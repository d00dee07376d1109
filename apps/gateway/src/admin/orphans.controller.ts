import { Controller } from '@nestjs/common';
import { ListOrphans, ReleaseOrphan, routes, type StaffPrincipal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class OrphansController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.listOrphans)
  list(@Given() { query }: InputOf<'listOrphans'>) {
    return this.bus.ask(ListOrphans, query);
  }

  @Endpoint(routes.releaseOrphan)
  release(@Caller() { actor }: StaffPrincipal, @Given() { params }: InputOf<'releaseOrphan'>) {
    return this.bus.order(ReleaseOrphan, params, { actor });
  }
}
