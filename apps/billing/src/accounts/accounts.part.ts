import type { Part } from '../part.ts';
import { AccountHandlers } from './account.handlers.ts';
import { AccountModel } from './account.model.ts';
import { Accounts } from './accounts.ts';

/** Which accounts there are. Consumes `AccountChanged`; keeps a copy, `accounts`. */
export const accounts: Part = {
  models: [AccountModel],
  controllers: [AccountHandlers],
  providers: [Accounts],
};
