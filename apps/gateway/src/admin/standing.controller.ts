import { Controller } from '@nestjs/common';
import { DecideStanding, routes, type StaffPrincipal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class StandingController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.suspendAccount)
  suspend(@Caller() { actor }: StaffPrincipal, @Given() { params }: InputOf<'suspendAccount'>) {
    const decision = { accountId: params.id, status: 'suspended' } as const;
    return this.bus.order(DecideStanding, decision, { accountId: params.id, actor });
  }

  @Endpoint(routes.reinstateAccount)
  reinstate(@Caller() { actor }: StaffPrincipal, @Given() { params }: InputOf<'reinstateAccount'>) {
    const decision = { accountId: params.id, status: 'active' } as const;
    return this.bus.order(DecideStanding, decision, { accountId: params.id, actor });
  }
}
