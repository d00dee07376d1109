import { Controller } from '@nestjs/common';
import { GetCosts, ListUsage, routes, type Principal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class UsageController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.usage)
  list(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'usage'>) {
    const { server: serverId, ...rest } = query;
    return this.bus.ask(ListUsage, { ...rest, accountId, serverId });
  }

  @Endpoint(routes.costs)
  costs(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'costs'>) {
    const { server: serverId, ...rest } = query;
    return this.bus.ask(GetCosts, { ...rest, accountId, serverId });
  }
}
