import { Controller } from '@nestjs/common';
import {
  GrantCredit,
  ListCredits,
  routes,
  WithdrawCredit,
  type Principal,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class CreditsController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.credits)
  list(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'credits'>) {
    return this.bus.ask(ListCredits, { ...query, accountId });
  }

  @Endpoint(routes.listAccountCredits)
  ofAccount(@Given() { params, query }: InputOf<'listAccountCredits'>) {
    return this.bus.ask(ListCredits, { ...query, accountId: params.id });
  }

  @Endpoint(routes.grantCredit)
  grant(
    @Caller() { actor }: StaffPrincipal,
    @Given() { params, body, idempotencyKey }: InputOf<'grantCredit'>,
  ) {
    const credit = { ...body, accountId: params.id };
    return this.bus.order(GrantCredit, credit, { accountId: params.id, actor }, idempotencyKey);
  }

  @Endpoint(routes.withdrawCredit)
  withdraw(@Caller() { actor }: StaffPrincipal, @Given() { params }: InputOf<'withdrawCredit'>) {
    const { id: accountId, creditId } = params;
    return this.bus.order(WithdrawCredit, { accountId, creditId }, { accountId, actor });
  }
}
