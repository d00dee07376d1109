import type { Part } from '../part.ts';
import { MonthUsage } from '../rating/month-usage.ts';
import { Usages } from '../rating/usages.ts';
import { CostHandlers } from './cost.handlers.ts';
import { Costs } from './costs.ts';

/** What servers cost. Answers `GetCosts`. Nothing of it is stored. */
export const costs: Part = {
  models: [],
  controllers: [CostHandlers],
  providers: [Costs, Usages, MonthUsage],
};
