import { Controller } from '@nestjs/common';
import {
  DeclareVoid,
  ListVoids,
  routes,
  WithdrawVoid,
  type Principal,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class VoidsController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.listVoids)
  list(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'listVoids'>) {
    return this.bus.ask(ListVoids, { ...query, accountId });
  }

  @Endpoint(routes.listAccountVoids)
  ofAccount(@Given() { params, query }: InputOf<'listAccountVoids'>) {
    return this.bus.ask(ListVoids, { ...query, accountId: params.id });
  }

  @Endpoint(routes.declareVoid)
  declare(
    @Caller() { actor }: StaffPrincipal,
    @Given() { params, body, idempotencyKey }: InputOf<'declareVoid'>,
  ) {
    const declared = { accountId: params.id, declared: body };
    return this.bus.order(DeclareVoid, declared, { accountId: params.id, actor }, idempotencyKey);
  }

  @Endpoint(routes.withdrawVoid)
  withdraw(@Caller() { actor }: StaffPrincipal, @Given() { params }: InputOf<'withdrawVoid'>) {
    const { id: accountId, voidId } = params;
    return this.bus.order(WithdrawVoid, { accountId, voidId }, { accountId, actor });
  }
}
