import { Controller } from '@nestjs/common';
import { CheckHostname, routes, type Principal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class HostnamesController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.checkHostname)
  check(@Caller() { accountId }: Principal, @Given() { params }: InputOf<'checkHostname'>) {
    return this.bus.ask(CheckHostname, { accountId, name: params.name });
  }
}
