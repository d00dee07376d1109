import { Controller } from '@nestjs/common';
import { GetFleet, routes } from '@berth/contracts';
import { Bus } from '../bus/bus.ts';
import { Endpoint } from '../http/endpoint.ts';

@Controller()
export class FleetController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.fleet)
  fleet() {
    return this.bus.ask(GetFleet, {});
  }
}
