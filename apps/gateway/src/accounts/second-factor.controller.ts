import { Controller } from '@nestjs/common';
import {
  BeginTotp,
  ConfirmTotp,
  GetSecondFactor,
  RemoveTotp,
  RenewRecoveryCodes,
  routes,
} from '@berth/contracts';
import { Caller, type AnyCaller } from '../access/caller.ts';
import { inSession } from '../access/in-session.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class SecondFactorController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.secondFactor)
  get(@Caller() who: AnyCaller) {
    const { userId } = inSession(who);
    return this.bus.ask(GetSecondFactor, { userId });
  }

  @Endpoint(routes.beginTotp)
  begin(@Caller() who: AnyCaller, @Given() { body }: InputOf<'beginTotp'>) {
    return this.bus.order(BeginTotp, { ...inSession(who), ...body }, who);
  }

  @Endpoint(routes.confirmTotp)
  confirm(@Caller() who: AnyCaller, @Given() { body }: InputOf<'confirmTotp'>) {
    return this.bus.order(ConfirmTotp, { ...inSession(who), ...body }, who);
  }

  @Endpoint(routes.removeTotp)
  async remove(@Caller() who: AnyCaller, @Given() { body }: InputOf<'removeTotp'>) {
    const { userId } = inSession(who);
    await this.bus.order(RemoveTotp, { userId, ...body }, who);
  }

  @Endpoint(routes.renewRecoveryCodes)
  renewRecoveryCodes(@Caller() who: AnyCaller, @Given() { body }: InputOf<'renewRecoveryCodes'>) {
    const { userId } = inSession(who);
    return this.bus.order(RenewRecoveryCodes, { userId, ...body }, who);
  }
}
