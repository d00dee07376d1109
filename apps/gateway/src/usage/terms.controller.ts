import { Controller } from '@nestjs/common';
import { DecideTerms, GetTerms, routes, type Principal, type StaffPrincipal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class TermsController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.terms)
  read(@Caller() { accountId }: Principal) {
    return this.bus.ask(GetTerms, { accountId });
  }

  @Endpoint(routes.getAccountTerms)
  ofAccount(@Given() { params }: InputOf<'getAccountTerms'>) {
    return this.bus.ask(GetTerms, { accountId: params.id });
  }

  @Endpoint(routes.updateAccountTerms)
  decide(@Caller() { actor }: StaffPrincipal, @Given() { params, body }: InputOf<'updateAccountTerms'>) {
    const accountId = params.id;
    return this.bus.order(DecideTerms, { ...body, accountId }, { accountId, actor });
  }
}
