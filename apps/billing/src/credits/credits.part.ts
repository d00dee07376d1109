import type { Part } from '../part.ts';
import { CreditHandlers } from './credit.handlers.ts';
import { CreditModel } from './credit.model.ts';
import { Credits } from './credits.ts';

/** Money that accounts need not pay. Answers `ListCredits`, `GrantCredit`, `WithdrawCredit`. Owns `credits`. */
export const credits: Part = {
  models: [CreditModel],
  controllers: [CreditHandlers],
  providers: [Credits],
};
