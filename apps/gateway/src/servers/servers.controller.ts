import { Controller } from '@nestjs/common';
import {
  GetServer,
  GetTimeline,
  LaunchServer,
  ListServers,
  routes,
  TerminateServer,
  UpdateServer,
  type Principal,
} from '@berth/contracts';
import { Caller, orderedBy } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class ServersController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.launchServer)
  launch(@Caller() who: Principal, @Given() { body, idempotencyKey }: InputOf<'launchServer'>) {
    return this.bus.order(LaunchServer, { ...body, ...orderedBy(who) }, who, idempotencyKey);
  }

  @Endpoint(routes.listServers)
  list(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'listServers'>) {
    return this.bus.ask(ListServers, { ...query, accountId });
  }

  @Endpoint(routes.getServer)
  read(@Caller() { accountId }: Principal, @Given() { params }: InputOf<'getServer'>) {
    return this.bus.ask(GetServer, { accountId, serverId: params.id });
  }

  @Endpoint(routes.updateServer)
  update(@Caller() who: Principal, @Given() { params, body, ifMatch }: InputOf<'updateServer'>) {
    const order = { ...body, ...orderedBy(who), serverId: params.id, ifMatch };
    return this.bus.order(UpdateServer, order, who);
  }

  @Endpoint(routes.terminateServer)
  terminate(@Caller() who: Principal, @Given() { params, idempotencyKey }: InputOf<'terminateServer'>) {
    return this.bus.order(TerminateServer, { ...orderedBy(who), serverId: params.id }, who, idempotencyKey);
  }

  @Endpoint(routes.timeline)
  timeline(@Caller() { accountId }: Principal, @Given() { params, query }: InputOf<'timeline'>) {
    return this.bus.ask(GetTimeline, { ...query, accountId, serverId: params.id });
  }
}
