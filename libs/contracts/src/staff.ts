import { z } from 'zod';
import { Account, AccountStatus, Quota, StaffMe } from './accounts.ts';
import { AccountId, UserId } from './fields.ts';
import { request } from './message.ts';
import { page, pageRequest } from './page.ts';

/** Somebody of the staff. 404 `not_found` when the user is not, or no longer. */
export const GetStaffMe = request(
  'accounts',
  'berth.accounts.get-staff-me.v1',
  z.object({ userId: UserId }),
  StaffMe,
  'account:read',
);

/** A person's decision whether an account may do more than read, pay and terminate. Idempotent; 404 `not_found`, 409 `invalid_state` when it is closed. */
export const DecideStanding = request(
  'accounts',
  'berth.accounts.decide-standing.v1',
  z.object({ accountId: AccountId, status: AccountStatus.extract(['active', 'suspended']) }),
  Account,
  'staff:write',
);

/** An account as staff find it: with those who answer for it. */
export const FoundAccount = Account.extend({
  owners: z.array(z.object({ name: z.string(), email: z.string() })),
});
export type FoundAccount = z.output<typeof FoundAccount>;

export const AccountFilter = z.object({
  /** The account's id, a part of its name, or the beginning of a member's address. */
  q: z.string().min(1).max(254).optional(),
  status: AccountStatus.optional(),
});
/** Customers' accounts, newest first. 400 `invalid_cursor`. */
export const FindAccounts = request(
  'accounts',
  'berth.accounts.find-accounts.v1',
  AccountFilter.extend(pageRequest),
  page(FoundAccount),
  'staff:read',
);

/** An account with what it may have at once. */
export const CustomerAccount = Account.extend({ quota: Quota });
export type CustomerAccount = z.output<typeof CustomerAccount>;

/** A customer's account. 404 `not_found`. */
export const GetAccount = request(
  'accounts',
  'berth.accounts.get-account.v1',
  z.object({ accountId: AccountId }),
  CustomerAccount,
  'staff:read',
);

const most = z.number().int().min(0).max(1_000_000);
/** What an account may have at once from now on; what it has beyond that stays. */
export const NewQuota = z.strictObject({ servers: most, vcpu: most, diskGib: most });
/** A person's decision how much an account may have. Idempotent; 404 `not_found`, 409 `invalid_state` when it is closed. */
export const DecideQuota = request(
  'accounts',
  'berth.accounts.decide-quota.v1',
  z.object({ accountId: AccountId, quota: NewQuota }),
  CustomerAccount,
  'staff:write',
);
