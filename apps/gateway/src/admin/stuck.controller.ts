import { Controller } from '@nestjs/common';
import { routes, type StaffPrincipal } from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { StuckThings } from './stuck-things.ts';

@Controller()
export class StuckController {
  constructor(private readonly things: StuckThings) {}

  @Endpoint(routes.listStuck)
  list(@Given() { query }: InputOf<'listStuck'>) {
    return this.things.list(query);
  }

  @Endpoint(routes.nudge)
  nudge(@Caller() { actor }: StaffPrincipal, @Given() { params }: InputOf<'nudge'>) {
    return this.things.nudge(params.id, actor);
  }
}
