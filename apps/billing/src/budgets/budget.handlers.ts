import { Controller } from '@nestjs/common';
import { GetBudget, RemoveBudget, SendBudgetSnapshots, SetBudget, type DataOf } from '@berth/contracts';
import { OnCommand, OnRequest } from '@berth/messaging';
import { Budgets } from './budgets.ts';

@Controller()
export class BudgetHandlers {
  constructor(private readonly budgets: Budgets) {}

  @OnRequest(GetBudget)
  get(query: DataOf<typeof GetBudget>) {
    return this.budgets.get(query);
  }

  @OnRequest(SetBudget)
  set(order: DataOf<typeof SetBudget>) {
    return this.budgets.set(order);
  }

  @OnRequest(RemoveBudget)
  remove(order: DataOf<typeof RemoveBudget>) {
    return this.budgets.remove(order);
  }

  @OnCommand(SendBudgetSnapshots)
  sendSnapshots(order: DataOf<typeof SendBudgetSnapshots>) {
    return this.budgets.sendSnapshots(order);
  }
}
