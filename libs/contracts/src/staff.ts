import { z } from 'zod';
import { Account, AccountStatus, StaffMe } from './accounts.ts';
import { AccountId, UserId } from './fields.ts';
import { request } from './message.ts';

/** Somebody of the staff. 404 `not_found` when the user is not, or no longer. */
export const GetStaffMe = request(
  'accounts',
  'berth.accounts.get-staff-me.v1',
  z.object({ userId: UserId }),
  StaffMe,
);

/** A person's decision whether an account may do more than read, pay and terminate. Idempotent; 404 `not_found`, 409 `invalid_state` when it is closed. */
export const DecideStanding = request(
  'accounts',
  'berth.accounts.decide-standing.v1',
  z.object({ accountId: AccountId, status: AccountStatus.extract(['active', 'suspended']) }),
  Account,
);
