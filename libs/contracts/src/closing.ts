import { z } from 'zod';
import { Account, Closing, GivenPassword } from './accounts.ts';
import { AccountId, Instant, ServerId, UserId } from './fields.ts';
import { command, event, request } from './message.ts';

/** Who asks for it. */
const owner = { accountId: AccountId, userId: UserId };

export const CloseAccountBody = z.strictObject({
  password: GivenPassword,
  /** The account's name, letter by letter. */
  accountName: z.string().min(1).max(100),
});
/**
 * Closes an account: its servers are terminated, and after a grace period what it has is deleted, but for what invoices are made from.
 * One that is closing is answered the same. 400 `invalid_request` for another name, 403 `wrong_password`, or `forbidden` to who is no
 * owner, 429 `too_many_attempts`, 503 `overloaded`.
 */
export const CloseAccount = request(
  'accounts',
  'berth.accounts.close-account.v1',
  CloseAccountBody.extend(owner),
  Closing,
  'account:close',
);
/** Opens an account again that is closing; one that is not is answered the same. What was terminated stays so. 403 `forbidden`, 404 `not_found`. */
export const ReopenAccount = request(
  'accounts',
  'berth.accounts.reopen-account.v1',
  z.object(owner),
  Account,
  'account:close',
);

/** An account's servers that are protected from being terminated, and are not; at most 100, by id. */
export const ListProtectedServers = request(
  'provisioning',
  'berth.provisioning.list-protected-servers.v1',
  z.object({ accountId: AccountId }),
  z.object({ items: z.array(z.object({ id: ServerId, name: z.string() })) }),
  'account:close',
);

/** All servers of an account that is closing since then are terminated, and no other can come. */
export const ServersGone = event(
  'berth.account.servers-gone.v1',
  z.object({ accountId: AccountId, closingSince: Instant, at: Instant }),
);

/** An account's grace period is over, and nothing of it may be kept but usage and what invoices are made from. Told again when accounts are asked for. */
export const AccountDeleted = event(
  'berth.account.deleted.v1',
  z.object({ accountId: AccountId, at: Instant }),
);

/** What is written to an account's owners: that it is closing, and shortly before it is deleted. */
export const AccountMailKind = z.enum(['account_closing', 'account_deletion_near']);
/** Writes to an owner of an account, as `SendMail` does to users; not when it is closing no longer. */
export const SendAccountMail = command(
  'accounts',
  'berth.accounts.send-account-mail.v1',
  z.object({ kind: AccountMailKind, ...owner }),
);
