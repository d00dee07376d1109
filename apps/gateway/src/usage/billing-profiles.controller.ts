import { Controller } from '@nestjs/common';
import {
  GetBillingProfile,
  routes,
  SetAccountTax,
  SetBillingProfile,
  type Principal,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class BillingProfilesController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.getBillingProfile)
  get(@Caller() { accountId }: Principal) {
    return this.bus.ask(GetBillingProfile, { accountId });
  }

  @Endpoint(routes.setBillingProfile)
  set(@Caller() { accountId, actor }: Principal, @Given() { body }: InputOf<'setBillingProfile'>) {
    return this.bus.order(SetBillingProfile, { ...body, accountId }, { accountId, actor });
  }

  @Endpoint(routes.getAccountBillingProfile)
  ofAccount(@Given() { params }: InputOf<'getAccountBillingProfile'>) {
    return this.bus.ask(GetBillingProfile, { accountId: params.id });
  }

  @Endpoint(routes.setAccountTax)
  setTax(@Caller() { actor }: StaffPrincipal, @Given() { params, body }: InputOf<'setAccountTax'>) {
    const accountId = params.id;
    return this.bus.order(SetAccountTax, { ...body, accountId }, { accountId, actor });
  }
}
