import { Controller } from '@nestjs/common';
import { GetCosts, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Costs } from './costs.ts';

@Controller()
export class CostHandlers {
  constructor(private readonly costs: Costs) {}

  @OnRequest(GetCosts)
  get(query: DataOf<typeof GetCosts>) {
    return this.costs.of(query);
  }
}
