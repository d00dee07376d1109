import { Controller } from '@nestjs/common';
import {
  DecideQuota,
  DecideStanding,
  FindAccounts,
  GetAccount,
  GetLimits,
  ListMembers,
  ListServers,
  routes,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

/** Customers' accounts, for staff. */
@Controller()
export class AdminAccountsController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.findAccounts)
  find(@Given() { query }: InputOf<'findAccounts'>) {
    return this.bus.ask(FindAccounts, query);
  }

  @Endpoint(routes.getAccount)
  get(@Given() { params }: InputOf<'getAccount'>) {
    return this.bus.ask(GetAccount, { accountId: params.id });
  }

  @Endpoint(routes.listAccountMembers)
  members(@Given() { params, query }: InputOf<'listAccountMembers'>) {
    return this.bus.ask(ListMembers, { ...query, accountId: params.id, secondFactors: true });
  }

  @Endpoint(routes.listAccountServers)
  servers(@Given() { params, query }: InputOf<'listAccountServers'>) {
    return this.bus.ask(ListServers, { ...query, accountId: params.id });
  }

  @Endpoint(routes.getAccountLimits)
  limits(@Given() { params }: InputOf<'getAccountLimits'>) {
    return this.bus.ask(GetLimits, { accountId: params.id });
  }

  @Endpoint(routes.updateAccount)
  update(@Caller() { actor }: StaffPrincipal, @Given() { params, body }: InputOf<'updateAccount'>) {
    const decision = { accountId: params.id, quota: body.quota };
    return this.bus.order(DecideQuota, decision, { accountId: params.id, actor });
  }

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
