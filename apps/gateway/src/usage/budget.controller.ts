import { Controller } from '@nestjs/common';
import { GetBudget, RemoveBudget, routes, SetBudget, type Principal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class BudgetController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.budget)
  read(@Caller() { accountId }: Principal) {
    return this.bus.ask(GetBudget, { accountId });
  }

  @Endpoint(routes.getAccountBudget)
  ofAccount(@Given() { params }: InputOf<'getAccountBudget'>) {
    return this.bus.ask(GetBudget, { accountId: params.id });
  }

  @Endpoint(routes.setBudget)
  set(@Caller() who: Principal, @Given() { body, ifMatch }: InputOf<'setBudget'>) {
    return this.bus.order(SetBudget, { ...body, accountId: who.accountId, ifMatch }, who);
  }

  @Endpoint(routes.removeBudget)
  remove(@Caller() who: Principal, @Given() { ifMatch }: InputOf<'removeBudget'>) {
    return this.bus.order(RemoveBudget, { accountId: who.accountId, ifMatch }, who);
  }
}
