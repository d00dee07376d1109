import { Controller } from '@nestjs/common';
import {
  CancelUsageReplay,
  GetUsageReplay,
  ListUsageReplays,
  ReadUsageFeed,
  routes,
  StartUsageReplay,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

/** Usage for billing systems outside, by staff's leave. */
@Controller()
export class UsageFeedController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.usageFeed)
  read(@Given() { query }: InputOf<'usageFeed'>) {
    return this.bus.ask(ReadUsageFeed, query);
  }

  @Endpoint(routes.listUsageReplays)
  list(@Given() { query }: InputOf<'listUsageReplays'>) {
    return this.bus.ask(ListUsageReplays, query);
  }

  @Endpoint(routes.startUsageReplay)
  start(@Caller() { actor }: StaffPrincipal, @Given() { body, idempotencyKey }: InputOf<'startUsageReplay'>) {
    return this.bus.order(StartUsageReplay, body, { actor }, idempotencyKey);
  }

  @Endpoint(routes.getUsageReplay)
  get(@Given() { params }: InputOf<'getUsageReplay'>) {
    return this.bus.ask(GetUsageReplay, { replayId: params.id });
  }

  @Endpoint(routes.cancelUsageReplay)
  cancel(@Caller() { actor }: StaffPrincipal, @Given() { params }: InputOf<'cancelUsageReplay'>) {
    return this.bus.order(CancelUsageReplay, { replayId: params.id }, { actor });
  }
}
