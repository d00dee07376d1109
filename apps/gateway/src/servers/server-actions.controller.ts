import { Controller } from '@nestjs/common';
import {
  PauseServer,
  RestartServer,
  ResumeServer,
  RetryServer,
  routes,
  type Principal,
} from '@berth/contracts';
import { Caller, orderedBy } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class ServerActionsController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.pauseServer)
  pause(@Caller() who: Principal, @Given() { params, idempotencyKey }: InputOf<'pauseServer'>) {
    return this.bus.order(PauseServer, { ...orderedBy(who), serverId: params.id }, who, idempotencyKey);
  }

  @Endpoint(routes.resumeServer)
  resume(@Caller() who: Principal, @Given() { params, idempotencyKey }: InputOf<'resumeServer'>) {
    return this.bus.order(ResumeServer, { ...orderedBy(who), serverId: params.id }, who, idempotencyKey);
  }

  @Endpoint(routes.restartServer)
  restart(@Caller() who: Principal, @Given() { params, idempotencyKey }: InputOf<'restartServer'>) {
    return this.bus.order(RestartServer, { ...orderedBy(who), serverId: params.id }, who, idempotencyKey);
  }

  @Endpoint(routes.retryServer)
  retry(@Caller() who: Principal, @Given() { params, body, idempotencyKey }: InputOf<'retryServer'>) {
    const order = { ...body, ...orderedBy(who), serverId: params.id };
    return this.bus.order(RetryServer, order, who, idempotencyKey);
  }
}
